"""The MIME type of a file by its extension: one table, the same on every system.

`mimetypes` also reads the registry of Windows and files of the system, so that one file would have another format, and
would go to another container, on another machine.
"""

from __future__ import annotations

from pathlib import PurePath

UNKNOWN = "application/octet-stream"
OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
MACROS = ".macroEnabled.12"
MIME_TYPES = {
    # drawings and documents
    ".pdf": "application/pdf", ".dwg": "image/vnd.dwg", ".dxf": "image/vnd.dxf", ".dwt": "image/vnd.dwg",
    ".dws": "image/vnd.dwg", ".dgn": "image/vnd.dgn", ".dwf": "model/vnd.dwf", ".dwfx": "model/vnd.dwfx+xps",
    ".plt": "application/vnd.hp-hpgl", ".hpgl": "application/vnd.hp-hpgl", ".xps": "application/vnd.ms-xpsdocument",
    ".ps": "application/postscript", ".eps": "application/postscript", ".ai": "application/postscript",
    # models
    ".ifc": "application/x-step", ".ifczip": "application/zip", ".ifcxml": "application/xml",
    ".rvt": UNKNOWN, ".rfa": UNKNOWN, ".rte": UNKNOWN, ".rft": UNKNOWN, ".nwd": UNKNOWN, ".nwc": UNKNOWN,
    ".nwf": UNKNOWN, ".pln": UNKNOWN, ".pla": UNKNOWN, ".skp": "application/vnd.sketchup.skp", ".3dm": "model/vnd.3dm",
    ".3ds": "image/x-3ds", ".max": UNKNOWN, ".fbx": UNKNOWN, ".obj": UNKNOWN, ".mtl": "model/mtl",
    ".stl": "model/stl", ".dae": "model/vnd.collada+xml", ".gltf": "model/gltf+json", ".glb": "model/gltf-binary",
    ".step": "model/step", ".stp": "model/step", ".iges": "model/iges", ".igs": "model/iges", ".sat": UNKNOWN,
    ".ipt": UNKNOWN, ".iam": UNKNOWN, ".idw": UNKNOWN, ".sldprt": UNKNOWN, ".sldasm": UNKNOWN, ".slddrw": UNKNOWN,
    ".db1": UNKNOWN, ".smc": UNKNOWN, ".bcf": UNKNOWN, ".bcfzip": "application/zip",
    # surveys and maps
    ".e57": UNKNOWN, ".las": "application/vnd.las", ".laz": "application/vnd.laszip", ".rcp": UNKNOWN, ".rcs": UNKNOWN,
    ".pts": UNKNOWN, ".xyz": "chemical/x-xyz", ".ply": UNKNOWN, ".shp": UNKNOWN, ".shx": UNKNOWN, ".dbf": UNKNOWN,
    ".kml": "application/vnd.google-earth.kml+xml", ".kmz": "application/vnd.google-earth.kmz",
    ".landxml": "application/xml", ".geojson": "application/geo+json", ".gpx": "application/gpx+xml",
    # office
    ".doc": "application/msword", ".dot": "application/msword", ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint", ".docx": f"{OPEN_XML}wordprocessingml.document",
    ".dotx": f"{OPEN_XML}wordprocessingml.template", ".xlsx": f"{OPEN_XML}spreadsheetml.sheet",
    ".xltx": f"{OPEN_XML}spreadsheetml.template", ".pptx": f"{OPEN_XML}presentationml.presentation",
    ".docm": f"application/vnd.ms-word.document{MACROS}", ".xlsm": f"application/vnd.ms-excel.sheet{MACROS}",
    ".xlsb": f"application/vnd.ms-excel.sheet.binary{MACROS}",
    ".pptm": f"application/vnd.ms-powerpoint.presentation{MACROS}", ".odt": f"{OPEN_DOCUMENT}text",
    ".ods": f"{OPEN_DOCUMENT}spreadsheet", ".odp": f"{OPEN_DOCUMENT}presentation", ".odg": f"{OPEN_DOCUMENT}graphics",
    ".mpp": "application/vnd.ms-project", ".vsd": "application/vnd.visio", ".vsdx": "application/vnd.ms-visio.drawing",
    ".xer": UNKNOWN, ".pub": "application/vnd.ms-publisher", ".one": "application/onenote",
    ".msg": "application/vnd.ms-outlook", ".eml": "message/rfc822", ".rtf": "application/rtf",
    # text
    ".txt": "text/plain", ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".md": "text/markdown",
    ".htm": "text/html", ".html": "text/html", ".xml": "text/xml", ".json": "application/json",
    ".log": "text/plain", ".ics": "text/calendar",
    # images, sound and films
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".tif": "image/tiff", ".tiff": "image/tiff",
    ".gif": "image/gif", ".bmp": "image/bmp", ".webp": "image/webp", ".svg": "image/svg+xml", ".heic": "image/heic",
    ".heif": "image/heif", ".psd": "image/vnd.adobe.photoshop", ".dng": "image/x-adobe-dng", ".mp4": "video/mp4",
    ".mov": "video/quicktime", ".avi": "video/x-msvideo", ".wmv": "video/x-ms-wmv", ".mkv": "video/x-matroska",
    ".webm": "video/webm", ".mpg": "video/mpeg", ".mpeg": "video/mpeg", ".mp3": "audio/mpeg", ".wav": "audio/x-wav", ".m4a": "audio/mp4",
    # archives
    ".zip": "application/zip", ".7z": "application/x-7z-compressed", ".rar": "application/vnd.rar",
    ".tar": "application/x-tar", ".gz": "application/gzip",
}  # fmt: skip


def mime_type(path: PurePath) -> str:
    """Return the MIME type by the extension of a file.

    Examples
    --------
    >>> mime_type(PurePath("A-101.DWG")), mime_type(PurePath("model.unknown"))
    ('image/vnd.dwg', 'application/octet-stream')
    """
    return MIME_TYPES.get(path.suffix.lower(), UNKNOWN)
