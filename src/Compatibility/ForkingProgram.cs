using System;
using System.Collections.Generic;

namespace Mote.Compatibility;

/// <summary>A well-known program that makes processes (fork(2)) the way it is usually started.</summary>
/// <param name="Name">Of its file.</param>
/// <param name="Without">What happens where there is no fork, and how to start it so that it needs none, if there is a way.</param>
/// <param name="IsStartedWithout">Whether it was started that way, by its arguments (without its name) and the files that those name.</param>
internal sealed record ForkingProgram(string Name, string Without, Func<IReadOnlyList<string>, Func<string, string?>, bool> IsStartedWithout);
