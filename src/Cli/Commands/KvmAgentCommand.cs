using System;
using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Mote.Cli.Kvm;

namespace Mote.Cli.Commands;

/// <summary>
/// <c>mote kvm-agent</c>, which only the init of an emulated host starts: runs the programs that the other side of its port asks for, beside
/// each other, until that side is gone.
/// </summary>
internal static class KvmAgentCommand
{
    /// <summary>Where Linux lists the ports of virtio-serial devices. The host has one; it comes a moment after its driver.</summary>
    private const string Ports = "/sys/class/virtio-ports";

    public static Command CreateSyntax()
    {
        Command command = new("kvm-agent", "Runs programs in an emulated host") { Hidden = true };
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        // A port is opened once; what is written and read goes by without a buffer of the stream's.
        using FileStream port = new(FindPort(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        Lock writing = new();
        Reply(new KvmHostReply(0, null, null));
        using StreamReader lines = new(port, leaveOpen: true);
        while (lines.ReadLine() is string line)
        {
            KvmHostRequest request = JsonSerializer.Deserialize(line, KvmHostJson.Default.KvmHostRequest)!;
            new Thread(() => Reply(new KvmHostReply(request.Id, null, Serve(request, Reply)))) { IsBackground = true }.Start();
        }

        return ExitStatus.Success;

        void Reply(KvmHostReply reply)
        {
            lock (writing)
            {
                port.Write([.. JsonSerializer.SerializeToUtf8Bytes(reply, KvmHostJson.Default.KvmHostReply), (byte)'\n']);
            }
        }
    }

    /// <exception cref="CliException">There is none, and none comes.</exception>
    private static string FindPort()
    {
        const int Tries = 200, PauseMs = 50;
        for (int i = 0; i < Tries; i++)
        {
            if (Directory.Exists(Ports) && Directory.EnumerateFileSystemEntries(Ports).FirstOrDefault() is string entry)
            {
                return Path.Combine("/dev", Path.GetFileName(entry));
            }

            Thread.Sleep(PauseMs);
        }

        throw new CliException("there is no port of an emulated host here", ExitStatus.Missing);
    }

    private static KvmHostOutcome Serve(KvmHostRequest request, Action<KvmHostReply> reply)
    {
        ProcessStartInfo start = new(request.File, request.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in request.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using Process process = Process.Start(start)!;
            reply(new KvmHostReply(request.Id, process.Id, null));
            Task<byte[]> output = ReadAll(process.StandardOutput.BaseStream), error = ReadAll(process.StandardError.BaseStream);
            Task input = Task.Run(() => WriteAll(process.StandardInput.BaseStream, request.Input));
            bool hasEnded = process.WaitForExit(TimeSpan.FromSeconds(request.Seconds));
            if (!hasEnded)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            Task.WaitAll([output, error, input], TimeSpan.FromSeconds(request.Seconds));
            return new KvmHostOutcome(hasEnded ? process.ExitCode : ExitStatus.TimedOut, Bytes(output), Bytes(error));
        }
        catch (Win32Exception e)
        {
            const int NotStarted = 127;
            return new KvmHostOutcome(NotStarted, [], System.Text.Encoding.UTF8.GetBytes($"cannot start {request.File}: {e.Message}\n"));
        }
    }

    private static byte[] Bytes(Task<byte[]> read) => read.IsCompletedSuccessfully ? read.Result : [];

    private static async Task<byte[]> ReadAll(Stream stream)
    {
        using MemoryStream all = new();
        await stream.CopyToAsync(all).ConfigureAwait(false);
        return all.ToArray();
    }

    private static void WriteAll(Stream stream, byte[] bytes)
    {
        try
        {
            stream.Write(bytes);
            stream.Dispose();
        }
        catch (IOException)
        {
            // The program does not read its input.
        }
    }
}
