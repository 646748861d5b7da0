using System.Collections.Generic;
using Mote.Imaging.Linking;

namespace Mote.Imaging;

/// <summary>A program in the image, ready to be started.</summary>
/// <param name="EntryPoint">Guest path to execute.</param>
/// <param name="Arguments">argv so far: argv[0], and for a script what leads to it.</param>
/// <param name="HostPath">The executable's host path as it was named.</param>
/// <param name="HostReal">Its host path without links.</param>
/// <param name="GuestReal">Its guest path without links.</param>
/// <param name="Scope">It and its libraries.</param>
internal sealed record LoadedProgram(string EntryPoint, IReadOnlyList<string> Arguments, string HostPath, string HostReal, string GuestReal, LinkScope Scope)
{
    /// <summary>The host path of the script that was asked for, when the program is its interpreter.</summary>
    public string? Script { get; init; }
}
