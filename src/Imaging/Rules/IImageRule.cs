using System.Collections.Generic;

namespace Mote.Imaging.Rules;

/// <summary>Knows what one kind of program needs beyond the libraries that its file names.</summary>
internal interface IImageRule
{
    /// <summary>As <c>--rule</c> takes it.</summary>
    string Name { get; }

    /// <summary>One sentence: what the rule adds.</summary>
    string Description { get; }

    /// <summary>The words that may follow the name after a colon, with what each does.</summary>
    IReadOnlyList<(string Name, string Description)> Variants { get; }

    /// <summary>What makes the program one of the rule's kind, or null when it is not.</summary>
    string? Recognize(LoadedProgram program);

    /// <summary>Adds what the program needs.</summary>
    /// <exception cref="ImageException">The host lacks it.</exception>
    void Apply(ImageAssembly assembly, LoadedProgram program, IReadOnlySet<string> variants);
}
