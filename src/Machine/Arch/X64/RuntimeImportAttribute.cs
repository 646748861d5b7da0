namespace System.Runtime;

/// <summary>Known to ilc by name: binds an extern method to a symbol of the link.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeImportAttribute(string entryPoint) : Attribute
{
    public string EntryPoint { get; } = entryPoint;
}
