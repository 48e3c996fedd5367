import PipelineSpec
import Records
import Validate

extension Validator {
  /// Of rules that are compiled for it alone.
  convenience init(
    rules: [Rule], filters: [Rule], layout: TableLayout, limits: Limits = Limits(), spillFolder: String
  ) throws {
    self.init(try RuleSet(rules: rules, filters: filters, layout: layout), limits: limits, spillFolder: spillFolder)
  }
}
