internal import Records

extension Catalogue {
  static let stageErrors: [Explanation] = [
    .error(
      "stage.missing", .storage, "the stage file that a stage reads is not there",
      causes: "The stage before it did not run in this run's folder, or wrote elsewhere with --output.",
      remedy: "Run the stages in their order with the same --run-id, or name the file with --input.",
      example: """
        sluice transform events.yaml --run-id RUN
        sluice validate events.yaml --run-id RUN
        """),
    .error(
      "stage.format", .storage, "it is no stage file, one of another version, or the other one of the two",
      causes:
        "transform reads a file of records; validate, load and `verify --input` read a file of rows. Another version of sluice may write another format.",
      remedy: "Name the right file, or make it again with this version.",
      example: "sluice transform events.yaml --dataset events --input runs/RUN/stages/events.records.ndjson.zst"),
    .error(
      "stage.damaged", .storage,
      "bytes of a stage file are not those that were written, or a block is out of its place",
      causes:
        "The disk or a copy changed them, blocks were left out, or something was appended. The first bad block is named.",
      remedy: "Copy it again, or make it again with the stage that wrote it. Nothing of the bad block was taken.",
      example: """
        (cd runs/RUN && sha256sum -c SHA256SUMS)
        sluice validate events.yaml --run-id RUN
        """),
    .error(
      "stage.incomplete", .storage, "a stage file ends before its foot",
      causes:
        "The stage that writes it was stopped, failed, or still runs; a copy or a pipe was cut. In a pipe, the error of the command before says why.",
      remedy:
        "Run that stage to its end. What was loaded of a pipe stays in committed slices: see `sluice status RUN`.",
      example: """
        set -o pipefail
        sluice extract events.yaml --dataset events --output - | sluice transform events.yaml --dataset events --input -
        """),
    .error(
      "stage.foreign", .resume, "a stage file is of another pipeline, dataset, plan or table, or was not validated yet",
      causes:
        "Columns, rules or policies were changed since; the table has other types; or rows that transform wrote are to be loaded.",
      remedy: """
        Run the stages again from the one that the change concerns: transform for columns and policies, extract for format and
        `at`. Before load comes validate.
        """,
      example: "sluice run events.yaml --from transform --to validate --run-id RUN"),
    .error(
      "stage.tooLarge", .storage, "a block would be larger than a stage file may hold",
      causes: "A record of hundreds of megabytes goes into several columns: its row has more than 2 GiB.",
      remedy: "Load this dataset with `run` and without --keep-stages.",
      example: "sluice run events.yaml --dataset events"),
  ]
}
