"""The settings of Sphinx. `docs/build.py` makes the site."""

from pdm_nb import __version__

project = "pdm_nb"
author = "The pdm_nb developers"
release = version = __version__
extensions = ["myst_nb", "numpydoc", "sphinx.ext.autodoc", "sphinx_copybutton"]

exclude_patterns = ["sources/**", "**/solutions/**", ".doctrees"]
suppress_warnings = ["myst.xref_ambiguous"]
myst_heading_anchors = 4
myst_links_external_new_tab = False
nb_execution_mode = "off"

# Names in single backquotes are names of Python if they are known, otherwise code.
default_role = "py:obj"
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

html_theme = "pydata_sphinx_theme"
html_title = "pdm_nb"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "pdm_nb"},
    "navbar_align": "left",
    "navbar_persistent": ["search-button"],
    "show_prev_next": False,
    "use_edit_page_button": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "pygments_light_style": "default",
    "pygments_dark_style": "monokai",
}
html_sidebars = {"index": []}
copyright = "The pdm_nb developers, MIT licence. Not a product of Procore."
