import PipelineSpec
import Records
import Validate

extension Validator {
  /// Of rules that are compiled for it alone.
  convenience init(
    rules: [Rule], layout: TableLayout, limits: Limits = Limits(), spillFolder: String
  ) throws {
    self.init(try RuleSet(rules, layout: layout), limits: limits, spillFolder: spillFolder)
  }
}
