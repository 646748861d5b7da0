using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Mote.Cli.Kvm;
using Mote.Tests.Guest;

namespace Mote.Tests.Kvm;

/// <summary>The emulated computer with KVM that all tests share. It boots when it is first needed and ends with the tests.</summary>
internal static class KvmComputer
{
    /// <summary>An emulated computer takes that much longer, and this one may be busy.</summary>
    private const int Slowness = 4;

    /// <summary>Options of <c>mote run</c> that say what the image is, each with a value; the rest is about the machine.</summary>
    private static readonly string[] s_imageOptions = ["--workdir", "--add", "--env", "-e", "--rule", "--stop-signal"];

    /// <summary>Options that have no value.</summary>
    private static readonly string[] s_flags = ["--gdb", "--strace", "--report", "--verbose"];

    private static readonly Lazy<KvmHost> s_host = new(Boot);

    /// <summary>The kernel that the computer runs, for boot loaders.</summary>
    public static string LinuxKernel => KvmHostKernel.Get(Path.Combine(Repository.Root, "artifacts", "kvm", "kernel")).Image;

    /// <summary>Runs the tool there: <c>mote run</c> with arguments as here, by KVM. The image is made here first, where that is quicker.</summary>
    public static RunOutcome RunMote(IReadOnlyList<string> arguments, byte[] input, int seconds)
    {
        KvmHostProgram program = BeginMote(arguments, seconds, input);
        return Convert(program.Outcome.GetAwaiter().GetResult());
    }

    /// <summary>Starts the tool there.</summary>
    public static KvmHostProgram BeginMote(IReadOnlyList<string> arguments, int seconds = 120, byte[]? input = null)
    {
        (List<string> build, List<string> run) = Split(arguments);
        string image = BuildImage(build);
        return s_host.Value.Begin(Path.Combine(Repository.Root, "artifacts", "cli", "mote"), ["run", "--accel", "kvm", .. run, image], seconds * Slowness, input);
    }

    /// <summary>Runs another program there.</summary>
    public static RunOutcome Run(string file, IReadOnlyList<string> arguments, int seconds = 60) => Convert(s_host.Value.Run(file, arguments, seconds * Slowness));

    private static KvmHost Boot()
    {
        MoteTool.Build();
        KvmHost host = KvmHost.Start(Repository.Root);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => host.Dispose();
        return host;
    }

    private static RunOutcome Convert(KvmHostOutcome outcome) => new(outcome.Status, outcome.Output, outcome.Error);

    /// <summary>Splits the arguments of <c>mote run</c> into those that <c>mote build</c> takes, too, and the others; limits of time grow.</summary>
    private static (List<string> Build, List<string> Run) Split(IReadOnlyList<string> arguments)
    {
        List<string> build = [], run = [];
        int i = 1;
        for (; i < arguments.Count - 1 && arguments[i].StartsWith('-'); i++)
        {
            string option = arguments[i];
            bool hasValue = !option.Contains('=', StringComparison.Ordinal) && !s_flags.Contains(option);
            string[] words = hasValue ? [option, arguments[++i]] : [option];
            if (option == "--timeout")
            {
                int limit = int.Parse(words[1].TrimEnd('s'), CultureInfo.InvariantCulture) * Slowness;
                words[1] = limit.ToString(CultureInfo.InvariantCulture) + "s";
            }

            (s_imageOptions.Contains(option) ? build : run).AddRange(words);
        }

        build.AddRange(arguments.Skip(i));
        return (build, run);
    }

    private static string BuildImage(List<string> arguments)
    {
        string key = System.Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', arguments))))[..12];
        string folder = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "kvm")).FullName, key);
        RunOutcome outcome = MoteTool.Build(arguments, folder);
        return outcome.Status == 0 ? folder : throw new InvalidOperationException($"no image of {string.Join(' ', arguments)}: {outcome.ErrorText}");
    }
}
