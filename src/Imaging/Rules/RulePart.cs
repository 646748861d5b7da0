using System.Text.RegularExpressions;

namespace Mote.Imaging.Rules;

/// <summary>Files and folders of the host that one kind of program reads.</summary>
/// <param name="Why">What it is; <c>inspect</c> shows it.</param>
/// <param name="Paths">Where it lies (<see cref="HostPattern"/>); places that the host does not have are passed over.</param>
/// <param name="LeftOut">Matches the paths in a folder, relative to it, that are not wanted.</param>
internal sealed record RulePart(string Why, string[] Paths, Regex? LeftOut = null)
{
    /// <summary>The variant that asks for it; null for what comes always.</summary>
    public string? Variant { get; init; }

    /// <summary>One line about the variant.</summary>
    public string VariantDescription { get; init; } = "";
}
