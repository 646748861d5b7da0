using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace Mote.Cli.Kvm;

/// <summary>A program for the agent of an emulated host to start: a line of JSON each.</summary>
/// <param name="Id">What the replies carry.</param>
/// <param name="File">The program's path, or its name to be searched in PATH.</param>
/// <param name="Arguments">Without the name.</param>
/// <param name="Environment">Variables besides the agent's own.</param>
/// <param name="Input">All of standard input.</param>
/// <param name="Seconds">It is killed after that, with what it has started.</param>
internal sealed record KvmHostRequest(int Id, string File, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, byte[] Input, int Seconds);

/// <summary>What the agent says of a program: once with its process id, once with its end.</summary>
/// <param name="Id">The request's; 0 of the agent's first line, by which it says that it is there.</param>
/// <param name="ProcessId">Where it has been started.</param>
/// <param name="Outcome">Where it has ended.</param>
internal sealed record KvmHostReply(int Id, int? ProcessId, KvmHostOutcome? Outcome);

/// <summary>How a program in an emulated host ended.</summary>
/// <param name="Status">As a shell has it; 124 where its time was over, 127 where it could not be started.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record KvmHostOutcome(int Status, byte[] Output, byte[] Error);

/// <summary>The generated code for the messages: the agent must be quick to start under emulation.</summary>
[JsonSerializable(typeof(KvmHostRequest))]
[JsonSerializable(typeof(KvmHostReply))]
internal sealed partial class KvmHostJson : JsonSerializerContext;
