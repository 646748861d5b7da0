using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Mote.Cli.Symbols;
using Mote.Cli.Vmm;

namespace Mote.Cli.Commands;

/// <summary><c>mote doctor</c>: what is installed, in which version, what works (tried by booting a guest, not assumed), and what to install.</summary>
internal static class DoctorCommand
{
    /// <summary>A program that something needs: its name, how it tells its version, its Debian package, and what it is for.</summary>
    private sealed record Tool(string[] Names, string VersionArgument, string Package, string Purpose);

    private static readonly Tool s_qemu = new(["qemu-system-x86_64"], "--version", "qemu-system-x86", "runs machines");

    private static readonly Tool[] s_forProjects =
    [
        new(["dotnet"], "--version", "dotnet-sdk-10.0", ".NET projects as programs; building Mote"),
        new(["clang", "gcc"], "--version", "clang", "links .NET projects (NativeAOT)"),
        new(["setpriv"], "--version", "util-linux", "no machine outlives the tool"),
    ];

    private static readonly Tool[] s_forRepository =
    [
        new(["ld.lld"], "--version", "lld", "links the kernel"),
        new(["clang"], "--version", "clang", "assembles the kernel"),
        new(["llvm-objcopy"], "--version", "llvm", "builds the kernel"),
        new(["gcc"], "--version", "gcc", "tests: C programs"),
        new(["musl-gcc"], "--version", "musl-tools", "tests: static C programs"),
        new(["busybox"], "--help", "busybox-static", "tests"),
        new(["sqlite3"], "--version", "sqlite3", "tests"),
        new(["python3"], "--version", "python3", "tests"),
        new(["mkfs.erofs"], "--help", "erofs-utils", "tests: checks the images"),
    ];

    public static Command CreateSyntax()
    {
        Command command = new("doctor", "Show what is installed, which accelerators work (tried with a guest), and what to install");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        List<string> missing = [];
        bool healthy = true;
        Section("Programs");
        healthy &= Check(s_qemu, missing);
        foreach (Tool tool in s_forProjects)
        {
            Check(tool, missing);
        }

        string? repository = Installation.Repository();
        if (repository is not null)
        {
            foreach (Tool tool in s_forRepository)
            {
                Check(tool, missing);
            }
        }

        Section("Kernel");
        string? kernel = Installation.FindKernel();
        healthy &= kernel is not null;
        Line(kernel is not null, "mote.elf", kernel is null ? "not built; ./mote run builds it" : $"{kernel} ({new FileInfo(kernel).Length / 1024} KiB)");
        if (kernel is not null)
        {
            bool named = LineTable.Load(kernel) is not null;
            Line(named, "line table", named ? "a panic shows methods, files and lines" : "missing: a panic shows addresses only");
        }

        if (Executables.Find("qemu-system-x86_64") is not null || Environment.GetEnvironmentVariable("MOTE_QEMU") is not null)
        {
            Section("Accelerators, each tried with a guest");
            ShowCpu();
            healthy &= TryAccelerators(Executables.Qemu());
        }

        if (missing.Count > 0)
        {
            Section("To install what is missing");
            Write($"  sudo apt-get update && sudo apt-get install -y --no-install-recommends {string.Join(' ', missing)}");
        }

        return healthy ? ExitStatus.Success : ExitStatus.Failure;
    }

    /// <summary>What this computer's CPU lacks, which a machine gets from KVM as it is: the words are those of /proc/cpuinfo.</summary>
    private static void ShowCpu()
    {
        string[] needed = ["pni", "ssse3", "cx16", "sse4_1", "sse4_2", "popcnt"];
        string[] useful = ["xsave", "avx2", "fsgsbase", "smep", "smap", "umip", "rdrand", "pdpe1gb", "constant_tsc", "x2apic", "tsc_deadline_timer"];
        string? line = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("flags", StringComparison.Ordinal)) : null;
        if (line is null)
        {
            return;
        }

        HashSet<string> flags = [.. line.Split(' ')];
        string[] missing = [.. needed.Where(flag => !flags.Contains(flag))], without = [.. useful.Where(flag => !flags.Contains(flag))];
        string text = missing.Length > 0
            ? $"lacks {string.Join(", ", missing)}, which the kernel needs under KVM (x86-64-v2)"
            : without.Length > 0 ? $"has what is needed; under KVM machines do without {string.Join(", ", without)}" : "has all that machines can use under KVM";
        Line(missing.Length == 0, "cpu", text);
    }

    private static bool TryAccelerators(string qemu)
    {
        bool any = false;
        foreach (Accelerator accelerator in new[] { Accelerator.Kvm, Accelerator.Tcg })
        {
            foreach (MachineModel model in new[] { MachineModel.Microvm, MachineModel.Q35 })
            {
                string name = $"{accelerator} {model}".ToLowerInvariant();
                if (accelerator == Accelerator.Kvm && AcceleratorChoice.KvmRefusal() is string refusal)
                {
                    Line(false, name, refusal);
                    continue;
                }

                ProbeResult result = AcceleratorProbe.Try(qemu, accelerator, model);
                any |= result.Works;
                Line(result.Works, name, result.Text);
            }
        }

        Line(any, "auto takes", AcceleratorChoice.Resolve(Accelerator.Auto, qemu).ToString().ToLowerInvariant());
        return any;
    }

    private static bool Check(Tool tool, List<string> missing)
    {
        foreach (string name in tool.Names)
        {
            if (Executables.Find(name) is string path)
            {
                (int _, string output) = ChildProcess.Capture(path, tool.VersionArgument);
                Line(true, name, $"{FirstLine(output)}  ({path})");
                return true;
            }
        }

        Line(false, string.Join(" or ", tool.Names), $"missing: {tool.Purpose}");
        missing.Add(tool.Package);
        return false;
    }

    private static string FirstLine(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.Trim().Length > 0)
            {
                return line.Trim();
            }
        }

        return "";
    }

    private static void Section(string title) => Write(title);

    private static void Line(bool good, string name, string text) => Write($"  {(good ? "ok" : "--")} {name,-20} {text}".TrimEnd());

    private static void Write(string line) => HostOutput.StandardOutput.WriteLine(line);
}
