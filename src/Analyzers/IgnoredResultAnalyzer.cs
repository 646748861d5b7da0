using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Mote.Analyzers;

/// <summary>Forbids calls as statements whose <c>Errno</c> or <c>Result&lt;T&gt;</c> nobody looks at.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IgnoredResultAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.IgnoredResult];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterOperationAction(
            c =>
            {
                IOperation statement = ((IExpressionStatementOperation)c.Operation).Operation;
                if (statement is IConditionalAccessOperation conditional)
                {
                    statement = conditional.WhenNotNull;
                }

                if (statement is IInvocationOperation call && IsResult(call.TargetMethod.ReturnType))
                {
                    c.ReportDiagnostic(Diagnostic.Create(Rules.IgnoredResult, statement.Syntax.GetLocation(), call.TargetMethod.ReturnType.Name, call.TargetMethod.Name));
                }
            },
            OperationKind.ExpressionStatement);
    }

    private static bool IsResult(ITypeSymbol type) =>
        type.Name is "Errno" or "Result" && type.ContainingNamespace?.ToDisplayString() == "Mote.Abi.Linux";
}
