namespace System.Runtime;

/// <summary>Known to ilc by name: gives a static method an unmangled symbol that assembly and the runtime object call.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeExportAttribute(string entryPoint) : Attribute
{
    public string EntryPoint { get; } = entryPoint;
}
