using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Mote.Analyzers;

/// <summary>Forbids finalizers: they run at no known point and on no kernel thread.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FinalizerAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.Finalizer];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterSymbolAction(
            c =>
            {
                if (((IMethodSymbol)c.Symbol).MethodKind == MethodKind.Destructor)
                {
                    c.ReportDiagnostic(Diagnostic.Create(Rules.Finalizer, c.Symbol.Locations[0], c.Symbol.ContainingType.Name));
                }
            },
            SymbolKind.Method);
    }
}
