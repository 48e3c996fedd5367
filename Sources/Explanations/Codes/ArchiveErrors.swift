internal import Records

extension Catalogue {
  static let archiveErrors: [Explanation] = [
    .error(
      "archive.write", .storage, "a file or folder of a run cannot be created, written, synced or renamed",
      causes:
        "The volume is full or read-only, a quota or the file size limit is met, a permission is missing, or the disk fails.",
      remedy: """
        Make room or correct the permission, then resume: nothing was committed before its backup was safe. After EIO, or a
        failed sync, check the disk first.
        """,
      example: """
        df -h runs; ulimit -f
        sluice resume RUN
        """),
    .error(
      "archive.read", .storage, "a file or folder of a run cannot be opened or read",
      causes: "There is no run of that id in this folder (--run-dir, `runs` by default), a permission, or the disk.",
      remedy: "See which runs there are; name their folder.",
      example: "sluice backup list --run-dir /srv/loads/runs"),
    .error(
      "archive.exists", .refused, "a file is there already and is not overwritten",
      causes: "The output of `restore`, or the folder of a run with the same id.",
      remedy: "Name another one, or say --force where the command has it.",
      example: "sluice backup restore RUN --output events.json --force"),
    .error(
      "archive.symlink", .storage, "a symbolic link, or something else that is no regular file, stands in the way",
      causes:
        "Somebody linked a file or folder inside the run's folder. Links are not followed there, so that none leads out.",
      remedy: "Remove the link. To keep runs on another volume, link or name the folder that holds the runs.",
      example: "sluice run events.yaml --run-dir /mnt/big/runs"),
    .error(
      "archive.untrusted", .resume, "somebody else can have written a file that says what to do",
      causes: """
        A run's folder, its run.json or report.json, or the pipeline file that run.json names, or a folder above them, belongs to
        another user than you and root, or may be written to by others. Whoever writes it could have your
        environment and passwords sent to a server of his.
        """,
      remedy: """
        Do it as the owner. Or look at what the file holds, then make it yours and take the right to write from
        others.
        """,
      example: """
        sudo -u etl sluice resume RUN
        chown -R "$USER" runs/RUN; chmod go-w runs runs/RUN events.yaml
        """),
    .error(
      "archive.name", .refused, "a name leaves its folder or has characters that names of a run never have",
      causes: "A run id or archive with a slash, .. or control characters.",
      remedy: "Give the id as `backup list` prints it, without its folder.",
      example: "sluice backup verify 20261123T051200Z-3fa9c1"),
    .error(
      "archive.option", .refused, "a compression level or frame size cannot be met",
      causes: "backup.level is outside 1 to 19.",
      remedy: "Take 1 to 3 for speed; more than 9 slows a run down.",
      example: "backup: { level: 1 }"),
    .error(
      "archive.missing", .integrity, "a file that the manifest or SHA256SUMS names is not there",
      causes: "It was removed, moved, or not copied with the rest of the run's folder; or the run did not finish.",
      remedy: "Bring it back from where the folder was copied to. An unfinished run: resume it.",
      example: "sha256sum -c SHA256SUMS 2>&1 | grep -v ': OK'"),
    .error(
      "archive.unlisted", .integrity, "a file is there that the manifest or SHA256SUMS does not name",
      causes: "Something was put into the run's folder afterwards.",
      remedy: "Move it out, after a look at where it comes from.",
      example: "sluice backup verify RUN"),
    .error(
      "archive.damaged", .integrity, "bytes are not those that were written",
      causes:
        "A failing disk, a broken copy, or an edit. Frame and bytes of the source are named; the other frames are sound.",
      remedy: """
        Take the file from another copy. What is named `sound` can be restored; the rest only from the original source.
        Check the disk that it lay on.
        """,
      example: """
        sluice backup verify RUN --json | jq .problems
        zstd -t runs/RUN/backup/events.json.zst
        """),
    .error(
      "archive.manifest", .integrity, "the manifest's chain is broken, or it is not complete",
      causes:
        "A line was changed, removed, added or moved; or the run did not finish, which leaves manifest.jsonl.partial.",
      remedy:
        "An unfinished run: resume it. Else take the manifest from another copy; archives still restore with `zstd -d`.",
      example: "tail -n 1 runs/RUN/manifest.jsonl          # the closing line says \"end\":true"),
    .error(
      "archive.changed", .source, "a file changed while it was archived",
      causes: "Something writes into a folder of backup.include.",
      remedy: "Stop the writer, or archive a snapshot of the folder; then resume.",
      example: "backup: { include: [/snapshots/uploads] }"),
    .error(
      "archive.unsupported", .source, "a folder to back up holds what an archive cannot hold",
      causes: "A socket, pipe or device, or the folder of runs itself, whose backup would grow for ever.",
      remedy: "Name a folder without it in backup.include, or move it out.",
      example: "find uploads ! -type f ! -type d ! -type l"),
    .error(
      "archive.otherSource", .resume, "the source is not the one of which the backup has frames",
      causes: "The file was changed since the run began, and its time put back; the hash of a frame tells.",
      remedy:
        "Put the earlier file back and resume. The new one needs a new run; for `append` take this run's rows out first.",
      example: "zstd -dc runs/RUN/backup/events.json.zst.partial | cmp - data/events.json"),
  ]
}
