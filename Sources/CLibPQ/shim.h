#include <libpq-fe.h>

/* libpq writes these as characters, which Swift does not import. */
static const int DIAGNOSTIC_SQLSTATE = PG_DIAG_SQLSTATE;
static const int DIAGNOSTIC_PRIMARY = PG_DIAG_MESSAGE_PRIMARY;
static const int DIAGNOSTIC_DETAIL = PG_DIAG_MESSAGE_DETAIL;
static const int DIAGNOSTIC_HINT = PG_DIAG_MESSAGE_HINT;
static const int DIAGNOSTIC_CONTEXT = PG_DIAG_CONTEXT;
static const int DIAGNOSTIC_SCHEMA = PG_DIAG_SCHEMA_NAME;
static const int DIAGNOSTIC_TABLE = PG_DIAG_TABLE_NAME;
static const int DIAGNOSTIC_COLUMN = PG_DIAG_COLUMN_NAME;
static const int DIAGNOSTIC_TYPE = PG_DIAG_DATATYPE_NAME;
static const int DIAGNOSTIC_CONSTRAINT = PG_DIAG_CONSTRAINT_NAME;
