internal import Records

extension Catalogue {
  static let sourceErrors: [Explanation] = [
    .error(
      "source.missing", .source, "there is no file at the path",
      causes: """
        A wrong name, a pattern or URL in the place of a name, or source.directory points elsewhere: it is seen from the
        pipeline file, not from where you are.
        """,
      remedy: "Correct `from.file` or `source.directory`. Where the file may be missing, say `optional: true`.",
      example: "source: { directory: ${EVENTS_DATA:-./data} }"),
    .error(
      "source.unreadable", .source, "the file cannot be opened or read",
      causes: "A missing permission, also on a folder above it, or a disk or network mount that fails.",
      remedy: "Try to read it as the same user; after an input/output error check the disk.",
      example: "sudo -u loader cat events.json > /dev/null"),
    .error(
      "source.outside", .source, "a symbolic link leads out of the source's directory",
      causes:
        "The file, or a folder on the way to it, is a link to somewhere else. Links that stay inside are followed.",
      remedy: "Copy the file into source.directory, or let source.directory be where the file really lies.",
      example: "realpath data/events.json"),
    .error(
      "source.notAFile", .source, "the path is a folder, a device or a socket",
      causes: "The pipeline names a folder, or something that was mounted in the file's place.",
      remedy: "Name a file, a named pipe, or - for standard input.",
      example: "zcat events-*.gz | sluice run events.yaml        # from: { file: \"-\" }"),
    .error(
      "source.changed", .source, "the file was written to, replaced or removed while it was read",
      causes:
        "An export or a copy was still running, or a rotation renamed it. What was read may be two versions mixed.",
      remedy: """
        Wait until nobody writes to it, or work on a copy or snapshot. A run that had begun is resumed only with the bytes
        that it began with.
        """,
      example: """
        lsof events.json
        cp events.json /var/tmp/ && EVENTS_DATA=/var/tmp sluice run events.yaml
        """),
    .error(
      "source.truncated", .source, "the file ends inside a document, a string or a compressed frame",
      causes: "A download, copy or export that broke off, or a full disk where the file was made.",
      remedy: "Fetch the file again and compare its size or hash with the origin's.",
      example: """
        sha256sum events.json
        curl -C - -O https://example.org/events.json
        """),
    .error(
      "source.malformed", .source, "it is not JSON at this place, or not in the form that the pipeline says",
      causes: """
        A comma too many, single quotes, comments, NaN, a byte that is not UTF-8, text after the end; or NDJSON read as an
        array and the other way round. The message names what stands there where it is known.
        """,
      remedy: """
        Look at the byte that is named; correct the source, or `from.format`. Lines of `format: ndjson` are set aside with
        `--on-error reject`.
        """,
      example: "tail -c +$((OFFSET - 40)) events.json | head -c 80 | cat -A"),
    .error(
      "source.damaged", .source, "the compressed data are not what was compressed",
      causes:
        "A flipped bit or a lost block in a .gz or .zst file, a text-mode transfer, or something else behind its end.",
      remedy: "Fetch the file again, or compress it again from its origin.",
      example: """
        gzip -t events.json.gz
        zstd -t events.json.zst
        """),
    .error(
      "source.window", .source, "unpacking would need more memory than is allowed",
      causes: "The file was compressed with `zstd --long` or --ultra and a window over 128 MiB.",
      remedy: "Unpack it first, or through a pipe, or compress it without --long.",
      example: "zstd -dc --long=31 events.json.zst | sluice run events.yaml     # from: { file: \"-\" }"),
    .error(
      "source.packed", .source, "the file is an archive, or compressed in a way that is not read here",
      causes:
        "A zip, tar or 7z archive, or a file of bzip2, xz or lz4. gzip and zstd are unpacked while they are read.",
      remedy: "Unpack it with the command that is named, or compress it again with gzip or zstd.",
      example: "xz -dc events.json.xz | zstd > events.json.zst"),
    .error(
      "source.encoding", .source, "the text is UTF-16 or UTF-32",
      causes: "An export from Windows tools or spreadsheets. JSON files are UTF-8.",
      remedy: "Convert it; nothing is guessed here.",
      example: "iconv -f UTF-16 -t UTF-8 events.json > events.utf8.json"),
    .error(
      "source.tooLarge", .source, "a record is larger than a record may be",
      causes: """
        Mostly the whole document was taken for one record, as an object wraps the array; seldom a record that really is
        larger than --max-record-bytes (256 MiB).
        """,
      remedy: "Name the array with `from.at`; or raise the limit, up to 512 MiB. Memory is about six times the record.",
      example: """
        from: { file: events.json, at: /data/items }
        sluice run events.yaml --max-record-bytes 536870912
        """),
    .error(
      "source.pointer", .source, "the pointer leads to no array of records, or to two",
      causes: "`from.at` is misspelt, names an object or a scalar, or a key on the way occurs twice.",
      remedy: "Set `at` to the JSON Pointer of the array; \"\" is the document itself.",
      example: """
        jq -c 'paths(type == "array")' events.json | head        # ["data","items"] is /data/items
        """),
    .error(
      "source.empty", .source, "the file has nothing but white space",
      causes: "An export that failed before it wrote anything. No records at all would be written [].",
      remedy: "Make the export again; or say `format: ndjson`, of which an empty file is no record and no error.",
      example: "ls -l events.json"),
    .error(
      "source.staged", .storage, "a stage file holds what is no record, or places one where it cannot lie",
      causes: "The file was made by hand or by another program: one that was only damaged is `stage.damaged`.",
      remedy: "Extract again.",
      example: "sluice extract events.yaml"),
  ]
}
