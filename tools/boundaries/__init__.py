"""Builder of the boundary layers: inputs -> india, world, coast -> layers -> build."""
