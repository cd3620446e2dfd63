"""Write one layer as an ESRI shapefile whose bytes depend on its content alone."""

import shapely

DBF_DATE = "2026-01-01"  # the .dbf header carries a date; a fixed one keeps two builds equal


def write_layer(frame, folder, name):
    """Write a frame as ``name``.shp with .shx, .dbf, .prj and .cpg.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        In EPSG:4326, rows in their final order, names of at most 10 characters.
    folder : pathlib.Path
        An existing folder.
    name : str
        The layer's name.

    Returns
    -------
    str
        One line of report: rows, vertices, size.
    """
    long = [column for column in frame.columns if len(column) > 10]
    if long:
        raise ValueError(f"{name}: field names longer than 10 characters: {long}")
    shapes = frame.geometry.values
    if not (shapely.is_valid(shapes).all() and not shapely.is_empty(shapes).any()):
        raise ValueError(f"{name}: invalid or empty geometry")
    # Parts in a fixed order and outer rings clockwise, as the format wants them.
    frame = frame.set_geometry(
        shapely.orient_polygons(shapely.normalize(shapes), exterior_cw=True), crs=frame.crs
    )
    path = folder / f"{name}.shp"
    frame.to_file(
        path,
        driver="ESRI Shapefile",
        engine="pyogrio",
        encoding="UTF-8",
        layer_options={"RESIZE": "YES", "DBF_DATE_LAST_UPDATE": DBF_DATE},
    )
    vertices = int(shapely.get_num_coordinates(frame.geometry.values).sum())
    return f"{name:16} {len(frame):4} rows {vertices:7,} vertices {path.stat().st_size / 1000:7.0f} kB"
