using System.Collections.Generic;

namespace Mote.Tests.Guest;

/// <summary>What a child process is started with.</summary>
internal sealed record ChildOptions
{
    public string? Folder { get; init; }

    /// <summary>False: only <see cref="Environment"/>.</summary>
    public bool InheritEnvironment { get; init; } = true;

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where not in this computer's own network.</summary>
    public NetworkNamespace? Network { get; init; }

    public byte[] Input { get; init; } = [];

    public int Seconds { get; init; } = 60;
}
