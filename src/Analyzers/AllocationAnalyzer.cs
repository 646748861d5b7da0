using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Mote.Analyzers;

/// <summary>
/// Forbids what allocates in a method that is marked [AllocationFree]: objects, arrays, boxes, delegates, texts. What is made to be thrown does not
/// count. What the method calls is the business of the call graph's check in tests/Architecture.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AllocationAnalyzer : DiagnosticAnalyzer
{
    private const string Marker = "AllocationFreeAttribute";

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.Allocation];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterOperationAction(
            Check,
            OperationKind.ObjectCreation,
            OperationKind.AnonymousObjectCreation,
            OperationKind.TypeParameterObjectCreation,
            OperationKind.ArrayCreation,
            OperationKind.CollectionExpression,
            OperationKind.DelegateCreation,
            OperationKind.Conversion,
            OperationKind.InterpolatedString,
            OperationKind.Binary,
            OperationKind.With);
    }

    private static void Check(OperationAnalysisContext context)
    {
        if (!IsMarked(context.ContainingSymbol) || IsThrown(context.Operation) || Allocation(context.Operation) is not { } what)
        {
            return;
        }

        context.ReportDiagnostic(Diagnostic.Create(Rules.Allocation, context.Operation.Syntax.GetLocation(), context.ContainingSymbol.Name, what));
    }

    private static string? Allocation(IOperation operation) => operation switch
    {
        IObjectCreationOperation or IAnonymousObjectCreationOperation or IWithOperation when operation.Type is { IsReferenceType: true } => "an object",
        ITypeParameterObjectCreationOperation => "an object",
        IArrayCreationOperation => "an array",
        ICollectionExpressionOperation when operation.Type is not INamedTypeSymbol { IsRefLikeType: true } => "a collection",
        IDelegateCreationOperation { Target: IMethodReferenceOperation { Method.IsStatic: true } or IAnonymousFunctionOperation { Symbol.IsStatic: true } } => null,
        IDelegateCreationOperation => "a delegate",
        IConversionOperation conversion when conversion.Operand.Type is { IsValueType: true } && conversion.Type is { IsReferenceType: true } => "a box",
        IInterpolatedStringOperation when !operation.ConstantValue.HasValue => "a text",
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } when !operation.ConstantValue.HasValue => "a text",
        _ => null,
    };

    private static bool IsMarked(ISymbol? symbol)
    {
        for (; symbol is not null and not ITypeSymbol; symbol = (symbol as IMethodSymbol)?.AssociatedSymbol ?? symbol.ContainingSymbol)
        {
            if (symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == Marker))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsThrown(IOperation? operation)
    {
        for (; operation is not null; operation = operation.Parent)
        {
            if (operation is IThrowOperation or IAttributeOperation)
            {
                return true;
            }
        }

        return false;
    }
}
