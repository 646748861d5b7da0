using System;
using System.IO;
using Mote.Cli.Vmm;
using Mote.Imaging;

namespace Mote.Cli.Bench;

/// <summary>A kind of guest whose exits are counted: QEMU's arguments for its machines.</summary>
/// <param name="Program">With a bench program, by its name, and the program's arguments; nothing but a serial port.</param>
/// <param name="Server">With a server and a network.</param>
/// <param name="Run">With a bench program and all devices that <c>mote run</c> has; null of a Linux guest.</param>
internal sealed record ExitGuest(
    string Name, MachineModel Model, ExitGuest.ProgramArguments Program, Func<ImageRequest, NetworkOptions, string[]> Server, ExitGuest.ProgramArguments? Run)
{
    private const int MemoryMebibytes = 128;
    private const int LinuxMemoryMebibytes = 256;

    public delegate string[] ProgramArguments(string program, params string[] arguments);

    public static ExitGuest Mote(string root, string kernel, MachineModel model, int serverMemory) => new(
        model == MachineModel.Q35 ? "Mote, q35" : "Mote", model,
        (program, arguments) => MoteGuest.Create(kernel, BenchPrograms.Build(root, program), arguments).On(model).Arguments(MemoryMebibytes, countInstructions: false),
        (server, network) => MoteGuest.Create(kernel, server).On(model).Arguments(serverMemory, countInstructions: false, network),
        (program, arguments) => MoteGuest.Create(kernel, BenchPrograms.Build(root, program), arguments).On(model).RunArguments(MemoryMebibytes));

    public static ExitGuest Linux(string root, string name, LinuxGuest linux, int serverMemory)
    {
        string start = BenchPrograms.Build(root, "start");
        return new ExitGuest(
            name, MachineModel.Microvm,
            (program, arguments) => linux.Arguments(BenchPrograms.Build(root, program), LinuxMemoryMebibytes, countInstructions: false, arguments),
            (server, network) => linux.StartArguments(server, "exits-" + Path.GetFileName(server.ProgramPath), start, serverMemory, network), Run: null);
    }

    /// <summary>A channel that leads nowhere in place of any other.</summary>
    public static string Silent(string channel) => "null,id=" + IdOf(channel);

    /// <summary>A channel that is QEMU's output in place of any other.</summary>
    public static string Spoken(string channel) => "stdio,id=" + IdOf(channel);

    private static string IdOf(string channel)
    {
        const string Key = "id=";
        int start = channel.IndexOf(Key, StringComparison.Ordinal) + Key.Length;
        int end = channel.IndexOf(',', start);
        return end < 0 ? channel[start..] : channel[start..end];
    }
}
