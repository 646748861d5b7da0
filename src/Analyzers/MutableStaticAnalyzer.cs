using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Mote.Analyzers;

/// <summary>
/// Forbids static fields that can be assigned after the type's initializer, automatic properties with a setter among them. What a read-only
/// field refers to is not looked into: a table in an array is fine, and a list that grows is for the reviewer to see.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MutableStaticAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.MutableStatic];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterSymbolAction(
            c =>
            {
                IFieldSymbol field = (IFieldSymbol)c.Symbol;
                if (field.IsStatic && !field.IsReadOnly && !field.IsConst && !IsCompilersCache(field))
                {
                    ISymbol shown = field.AssociatedSymbol ?? field;
                    c.ReportDiagnostic(Diagnostic.Create(Rules.MutableStatic, shown.Locations[0], shown.Name));
                }
            },
            SymbolKind.Field);
    }

    private static bool IsCompilersCache(IFieldSymbol field) => field.IsImplicitlyDeclared && field.AssociatedSymbol is null;
}
