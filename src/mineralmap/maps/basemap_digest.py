"""Of data/basemap.json and of its layers; written by `make refresh`."""

KEPT = "e4732678bc4afe057515a36c8dc61a47efdc78beb1941f229f72a2bd2b72ec39"
LAYERS = "83b1f445805acb6de58f020cd9e10f0af78813c96b9a10c0eac48935b985a03f"
