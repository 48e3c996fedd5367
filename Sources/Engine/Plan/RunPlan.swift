internal import Postgres

/// What a run is going to do: everything that it needs was found to fit, and nothing was touched for that.
struct RunPlan {
  let server: ServerFacts
  /// By the datasets' names; without those that an earlier attempt has begun.
  let datasets: [String: DatasetPlan]
}
