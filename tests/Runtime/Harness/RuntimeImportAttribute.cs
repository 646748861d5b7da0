namespace System.Runtime;

/// <summary>Known to ilc by its name.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeImportAttribute(string dllName, string entryPoint) : Attribute
{
    public string DllName => dllName;

    public string EntryPoint => entryPoint;
}
