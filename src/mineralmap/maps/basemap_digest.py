"""Of data/basemap.json and of its layers; written by `make refresh`."""

KEPT = "bc3c8b58f4db47f8a70bf0dc2a4127ed41b720050056c188854329d8dcc8c7df"
LAYERS = "b92fb9e8b4e16a5dd6107b7982beb7c531c414ba509acaff716737106b690daf"
