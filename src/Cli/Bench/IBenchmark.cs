using System.Collections.Generic;

namespace Mote.Cli.Bench;

/// <summary>Something that <c>mote bench</c> measures.</summary>
internal interface IBenchmark
{
    /// <summary>As the command line takes it.</summary>
    string Name { get; }

    string Description { get; }

    /// <summary>Measures; figures are handed on as they are known.</summary>
    /// <exception cref="CliException">Something that it needs is missing.</exception>
    IEnumerable<Figure> Run();
}
