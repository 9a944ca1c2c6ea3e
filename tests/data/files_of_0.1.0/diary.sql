BEGIN TRANSACTION;
CREATE TABLE advice (given TEXT NOT NULL);
CREATE TABLE episodes (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    seconds REAL,
    leg TEXT NOT NULL DEFAULT '',
    situation TEXT NOT NULL DEFAULT '',
    helped TEXT NOT NULL DEFAULT '',
    flags TEXT NOT NULL DEFAULT '',
    severity TEXT NOT NULL DEFAULT ''
);
INSERT INTO "episodes" VALUES(1,'2026-11-28T23:52:22.625390+00:00',62.0,'left','diabetes elderly','stretch','','severe');
INSERT INTO "episodes" VALUES(2,'2026-11-28T23:52:23.695145+00:00',NULL,'right','diabetes elderly','','','');
COMMIT;
