using System.Collections.Generic;

namespace Mote.Imaging;

/// <summary>The rules that know what a kind of program needs beyond its libraries, for lists and error messages.</summary>
public static class ImageRules
{
    /// <summary>Each rule: its name as <c>--rule</c> takes it and one line that says what it adds.</summary>
    public static IReadOnlyList<(string Name, string Description)> All { get; } = [];
}
