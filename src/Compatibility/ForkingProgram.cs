using System;
using System.Collections.Generic;

namespace Mote.Compatibility;

/// <summary>A well-known program that makes processes (fork(2)) the way it is usually started.</summary>
/// <param name="Path">The name of its file, or the end of its path.</param>
/// <param name="Without">What happens where there is no fork, and how to start it so that it needs none, if there is a way.</param>
/// <param name="IsStartedWithout">Whether it was started that way, by its arguments (without its name), the files that those
/// name and its variables ($NAME).</param>
internal sealed record ForkingProgram(string Path, string Without, Func<IReadOnlyList<string>, Func<string, string?>,
    bool> IsStartedWithout)
{
    /// <summary>What a user calls it.</summary>
    public string Name => System.IO.Path.GetFileName(Path);
}
