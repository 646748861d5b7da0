using System.Collections.Immutable;
using System.Linq;
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
                if (field.IsStatic && !field.IsReadOnly && !field.IsConst && !field.IsImplicitlyDeclared)
                {
                    c.ReportDiagnostic(Diagnostic.Create(Rules.MutableStatic, field.Locations[0], field.Name));
                }
            },
            SymbolKind.Field);

        // No action is called for the field behind an automatic property.
        context.RegisterSymbolAction(
            c =>
            {
                IPropertySymbol property = (IPropertySymbol)c.Symbol;
                if (property.IsStatic && property.SetMethod is not null && HasField(property))
                {
                    c.ReportDiagnostic(Diagnostic.Create(Rules.MutableStatic, property.Locations[0], property.Name));
                }
            },
            SymbolKind.Property);
    }

    private static bool HasField(IPropertySymbol property) =>
        property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));
}
