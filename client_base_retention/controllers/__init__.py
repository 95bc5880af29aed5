from . import client_export
from . import client_export_documents
