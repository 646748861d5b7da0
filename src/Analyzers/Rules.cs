using Microsoft.CodeAnalysis;

namespace Mote.Analyzers;

/// <summary>The rules of this assembly.</summary>
internal static class Rules
{
    private const string Category = "Kernel";

    public static readonly DiagnosticDescriptor Finalizer = new(
        "MOTE001", "No finalizers", "'{0}' has a finalizer: the kernel releases what it holds at a known point", Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor MutableStatic = new(
        "MOTE002", "No mutable statics", "'{0}' is mutable and static: state hangs off objects that Image wires together", Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor IgnoredResult = new(
        "MOTE003", "No ignored results", "the {0} of '{1}' is ignored: handle it, or assign it to the discard '_' and say why", Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor Allocation = new(
        "MOTE004", "No allocation on hot paths", "'{0}' is marked [AllocationFree] and allocates here: {1}", Category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}
