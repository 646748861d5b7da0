namespace System.Runtime;

/// <summary>Gives a method a symbol in the object file. ilc finds the attribute by its name; the method keeps the
/// managed calling convention, which on x86-64 Unix is the System V one, and no transition frame is made.</summary>
/// <param name="entryPoint">The symbol.</param>
internal sealed class RuntimeExportAttribute(string entryPoint) : Attribute
{
    public string EntryPoint => entryPoint;
}

/// <summary>Binds an extern method to a symbol of another object. ilc finds the attribute by its name.</summary>
/// <param name="dllName">Always <c>*</c>.</param>
/// <param name="entryPoint">The symbol.</param>
internal sealed class RuntimeImportAttribute(string dllName, string entryPoint) : Attribute
{
    public string DllName => dllName;
    public string EntryPoint => entryPoint;
}
