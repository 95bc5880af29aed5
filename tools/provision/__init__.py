"""Gets Odoo, PostgreSQL, Python packages and Chromium into a cache of the project.

Standard library only. Each step works in a temporary sibling and renames it into place,
or writes its stamp last, under a file lock: a broken run is simply run again.
"""
