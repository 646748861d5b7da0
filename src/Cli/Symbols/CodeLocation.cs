namespace Mote.Cli.Symbols;

/// <summary>A place in the kernel's source.</summary>
/// <param name="Method">With namespace and type.</param>
/// <param name="File">As the compiler knew it; <c>null</c> when there are no lines.</param>
/// <param name="Line">From 1; 0 when unknown.</param>
internal readonly record struct CodeLocation(string Method, string? File, int Line)
{
    public override string ToString() => File is null || Line == 0 ? Method : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Method} in {File}:line {Line}");
}
