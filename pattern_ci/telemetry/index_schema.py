"""The index as tables. Five of them are a public interface: their columns and status values stay.

`execution_logs`, `pattern_metrics`, `pattern_candidates`, `anti_patterns` and `error_patterns` are
for people's own questions; the others serve the index itself. `user_id` is the random writer id.
"""

from __future__ import annotations

# Written into the head of the file, so that a database of another program is never touched.
MARK = 0x70636964

# Version 1: the five tables.
_PUBLIC = (
    """CREATE TABLE execution_logs (
        id INTEGER PRIMARY KEY,
        timestamp DATETIME DEFAULT CURRENT_TIMESTAMP,
        operation_kind TEXT,
        pattern_id TEXT,
        file_types TEXT,
        tools_used TEXT,
        input_signature TEXT,
        output_signature TEXT,
        success BOOLEAN,
        time_taken_seconds REAL,
        user_id TEXT
    )""",
    """CREATE TABLE pattern_metrics (
        pattern_id TEXT PRIMARY KEY,
        version TEXT,
        total_uses INTEGER DEFAULT 0,
        success_count INTEGER DEFAULT 0,
        failure_count INTEGER DEFAULT 0,
        total_time_saved_minutes REAL DEFAULT 0,
        last_used DATETIME,
        confidence_score REAL DEFAULT 0.0
    )""",
    """CREATE TABLE pattern_candidates (
        id INTEGER PRIMARY KEY,
        detected_at DATETIME DEFAULT CURRENT_TIMESTAMP,
        signature TEXT,
        example_executions TEXT,
        confidence REAL,
        status TEXT DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected')),
        auto_generated_spec TEXT
    )""",
    """CREATE TABLE anti_patterns (
        id TEXT PRIMARY KEY,
        name TEXT,
        detected_at DATETIME,
        occurrences INTEGER,
        affected_patterns TEXT,
        status TEXT DEFAULT 'active' CHECK (status IN ('active', 'fixed', 'archived'))
    )""",
    """CREATE TABLE error_patterns (
        error_signature TEXT PRIMARY KEY,
        occurrences INTEGER,
        successful_resolutions INTEGER,
        success_rate REAL,
        recovery_method TEXT
    )""",
    "CREATE INDEX idx_executions_pattern ON execution_logs (pattern_id)",
    "CREATE INDEX idx_executions_timestamp ON execution_logs (timestamp)",
    "CREATE INDEX idx_candidates_status ON pattern_candidates (status)",
)

# Version 2: kept up to date by what is new, with counts by day that answer the usual questions.
# Rows of version 1 do not say which event they came from: they are read again.
_INCREMENTAL = (
    "DELETE FROM execution_logs",
    "DELETE FROM pattern_metrics",
    "DELETE FROM pattern_candidates",
    "DELETE FROM anti_patterns",
    "DELETE FROM error_patterns",
    "ALTER TABLE execution_logs ADD COLUMN event_id BLOB",
    "ALTER TABLE execution_logs ADD COLUMN type TEXT",
    "ALTER TABLE execution_logs ADD COLUMN pattern_version TEXT",
    "ALTER TABLE execution_logs ADD COLUMN used_pattern BOOLEAN",
    "ALTER TABLE execution_logs ADD COLUMN error_signature TEXT",
    "ALTER TABLE execution_logs ADD COLUMN error_class TEXT",
    "ALTER TABLE execution_logs ADD COLUMN recovery_method TEXT",
    "ALTER TABLE execution_logs ADD COLUMN time_saved_minutes REAL",
    "CREATE UNIQUE INDEX idx_executions_event ON execution_logs (event_id)",
    """CREATE TABLE daily (
        day TEXT, type TEXT, operation_kind TEXT, pattern_id TEXT, pattern_version TEXT,
        events INTEGER, used INTEGER, successes INTEGER, failures INTEGER,
        seconds REAL, saved_minutes REAL, last TEXT,
        PRIMARY KEY (day, type, operation_kind, pattern_id, pattern_version)
    ) WITHOUT ROWID""",
    """CREATE TABLE daily_errors (
        day TEXT, error_signature TEXT, error_class TEXT, operation_kind TEXT, pattern_id TEXT,
        recovery_method TEXT, occurrences INTEGER, tried INTEGER, worked INTEGER, last TEXT,
        PRIMARY KEY (
            day, error_signature, error_class, operation_kind, pattern_id, recovery_method
        )
    ) WITHOUT ROWID""",
    """CREATE TABLE lifecycle (
        event_id BLOB PRIMARY KEY, timestamp TEXT, subject TEXT, subject_id TEXT, status TEXT,
        pattern_id TEXT, details TEXT
    ) WITHOUT ROWID""",
    """CREATE TABLE shards (
        place TEXT, name TEXT, read_to INTEGER, tail TEXT, refused INTEGER,
        PRIMARY KEY (place, name)
    ) WITHOUT ROWID""",
)

VERSIONS = (_PUBLIC, _INCREMENTAL)

INSERT = """
    INSERT OR IGNORE INTO execution_logs (
        event_id, timestamp, type, operation_kind, pattern_id, pattern_version, used_pattern,
        file_types, tools_used, input_signature, output_signature, success, time_taken_seconds,
        error_signature, error_class, recovery_method, time_saved_minutes, user_id
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_LIFECYCLE = "INSERT OR IGNORE INTO lifecycle VALUES (?, ?, ?, ?, ?, ?, ?)"

_ADD_DAILY = """
    ON CONFLICT DO UPDATE SET
        events = events + excluded.events, used = used + excluded.used,
        successes = successes + excluded.successes, failures = failures + excluded.failures,
        seconds = seconds + excluded.seconds,
        saved_minutes = saved_minutes + excluded.saved_minutes,
        last = max(last, excluded.last)
"""
_ADD_ERRORS = """
    ON CONFLICT DO UPDATE SET
        occurrences = occurrences + excluded.occurrences, tried = tried + excluded.tried,
        worked = worked + excluded.worked, last = max(last, excluded.last)
"""
INSERT_CANDIDATE = "INSERT INTO pattern_candidates VALUES (?, ?, ?, ?, ?, ?, ?)"
INSERT_ANTI_PATTERN = "INSERT INTO anti_patterns VALUES (?, ?, ?, ?, ?, ?)"
SET_CONFIDENCE = "UPDATE pattern_metrics SET confidence_score = ? WHERE pattern_id = ?"
# What was inserted after a row, counted by day. Duplicates never became rows.
COUNT_NEW = f"""
    INSERT INTO daily
    SELECT substr(timestamp, 1, 10), type, ifnull(operation_kind, ''), ifnull(pattern_id, ''),
        ifnull(pattern_version, ''), count(*), sum(used_pattern), total(success = 1),
        total(success = 0), total(time_taken_seconds), total(time_saved_minutes), max(timestamp)
    FROM execution_logs WHERE id > ? GROUP BY 1, 2, 3, 4, 5
    {_ADD_DAILY}
"""  # made of constants of this module
COUNT_NEW_ERRORS = f"""
    INSERT INTO daily_errors
    SELECT substr(timestamp, 1, 10), error_signature, ifnull(error_class, ''),
        ifnull(operation_kind, ''), ifnull(pattern_id, ''), ifnull(recovery_method, ''),
        sum(type != 'resolution'), sum(type = 'resolution'),
        sum(type = 'resolution' AND success IS 1), max(timestamp)
    FROM execution_logs WHERE id > ? AND error_signature IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
    {_ADD_ERRORS}
"""  # same
ADD_DAILY = f"INSERT INTO daily VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) {_ADD_DAILY}"
ADD_ERRORS = f"INSERT INTO daily_errors VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) {_ADD_ERRORS}"

# The public tables that are sums; made anew from the counts by day, which are few.
SUM_UP = (
    "DELETE FROM pattern_candidates",
    "DELETE FROM anti_patterns",
    "DELETE FROM pattern_metrics",
    # Beside `max(last)` the version is that of the same row: SQLite promises that for one maximum.
    """INSERT INTO pattern_metrics (
        pattern_id, version, total_uses, success_count, failure_count, total_time_saved_minutes,
        last_used, confidence_score
    )
    SELECT pattern_id, pattern_version, sum(events), sum(successes), sum(failures),
        round(sum(saved_minutes), 3), max(last), 0.0
    FROM daily WHERE type = 'pattern.executed' AND pattern_id != '' GROUP BY pattern_id""",
    "DELETE FROM error_patterns",
    """INSERT INTO error_patterns
    SELECT error_signature, occurrences, worked,
        CASE WHEN tried THEN round(1.0 * worked / tried, 4) ELSE 0.0 END, recovery_method
    FROM (
        SELECT error_signature, sum(occurrences) AS occurrences, sum(worked) AS worked,
            sum(tried) AS tried, nullif(recovery_method, '') AS recovery_method,
            max(CASE recovery_method WHEN '' THEN -1 ELSE worked END)
        FROM (
            SELECT error_signature, recovery_method, sum(occurrences) AS occurrences,
                sum(tried) AS tried, sum(worked) AS worked
            FROM daily_errors GROUP BY error_signature, recovery_method
        ) GROUP BY error_signature
    )""",
)

STEPS = "SELECT timestamp, subject, subject_id, status, details FROM lifecycle ORDER BY event_id"

# Beside the shards stands a mark while the sums and indexes are older than the counts: a run that
# was ended between the two leaves it, and the next one makes up for it.
KNOWN = "SELECT place, name, read_to, tail, refused FROM shards WHERE place != 'index'"
SET_PROGRESS = "INSERT OR REPLACE INTO shards VALUES (?, ?, ?, ?, ?)"
IS_UNSUMMED = "SELECT 1 FROM shards WHERE place = 'index'"
SET_UNSUMMED = "INSERT OR REPLACE INTO shards VALUES ('index', 'unsummed', 0, '', 0)"
SET_SUMMED = "DELETE FROM shards WHERE place = 'index'"

DROP_INDEXES = tuple(
    f"DROP INDEX IF EXISTS idx_executions_{name}" for name in ("pattern", "timestamp")
)
MAKE_INDEXES = tuple(
    statement.replace("INDEX", "INDEX IF NOT EXISTS", 1)
    for statement in _PUBLIC
    if statement.startswith("CREATE INDEX idx_executions")
)
CLEAR = tuple(
    f"DELETE FROM {table}"
    for table in (
        "execution_logs", "daily", "daily_errors", "lifecycle", "shards", "pattern_candidates",
        "anti_patterns",
    )
)  # fmt: skip
