using System;

namespace Mote.Tests.Fuzz;

/// <summary>Something that takes bytes from outside. Corpus files lie in <c>corpus/&lt;name&gt;</c>, hexadecimal text with comments after #.</summary>
public abstract class FuzzTarget
{
    public abstract string Name { get; }

    /// <summary>Feeds one input. Any exception is a finding.</summary>
    public abstract void Run(ReadOnlySpan<byte> input);
}
