using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Mote.Abi.Linux;
using Mote.Kernel.Fs.Dev;
using Mote.Kernel.Fs.Proc;
using Mote.Tests.Unit.Hosted;
using Mote.Tests.Unit.Observe;
using Mote.Tests.Unit.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Syscalls;

/// <summary>docs/compat/files.md lists what the kernel's own file systems hold. Set MOTE_UPDATE_DOCS=1 to write it anew.</summary>
public sealed partial class FilesPageTests
{
    private static readonly string[] s_roots = ["/dev", "/proc", "/sys"];

    [Fact]
    public void The_page_in_the_repository_is_what_a_program_sees()
    {
        string page = ToPage(WalkAll());
        string path = Path.Combine(RepositoryRoot.Find(), "docs", "compat", "files.md");
        if (Environment.GetEnvironmentVariable("MOTE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, page);
        }

        Assert.Equal(page, File.ReadAllText(path));
    }

    /// <summary>linux-files.txt lists what a Linux 6.1 without special hardware has below /dev, /proc and /sys; of modules, buses and classes the names.</summary>
    [Fact]
    public void What_Linux_has_is_there_or_named_as_absent()
    {
        SortedSet<string> found = [.. WalkAll().Select(path => path.TrimEnd('/'))];
        string list = Path.Combine(RepositoryRoot.Find(), "tests", "Unit", "Syscalls", "linux-files.txt");
        string[] unnamed = [.. File.ReadAllLines(list).Where(path => !found.Contains(path) && AbsentFiles.ReasonFor(path) == null)];
        Assert.Empty(unnamed);
        string[] there = [.. found.Where(path => AbsentFiles.ReasonFor(path) != null)];
        Assert.Empty(there);
    }

    /// <summary>Walks the trees of a machine while its program runs.</summary>
    private static SortedSet<string> WalkAll()
    {
        HostedKernel kernel = new();
        TestTree tree = kernel.Files;
        tree.MakeDirectory("/sys");
        tree.MakeDirectory("/dev");
        Assert.Equal(Errno.None, tree.Tree.MountAt("/sys"u8, new SysFileSystem(tree.Tree, kernel.Host.MemoryPolicy) { Sockets = kernel.Sockets }, "ro"));
        DeviceFiles.AddDrivers(tree.Devices, tree.Tree, new FakePort(), new NoRandomness());
        Assert.Equal(Errno.None, tree.Tree.MountAt("/dev"u8, DeviceFiles.Create(tree.Clock, tree.Devices).Value, "rw"));
        SortedSet<string> found = new(StringComparer.Ordinal);
        kernel.Run(Program);
        return found;

        IEnumerable<SystemCall> Program()
        {
            // A file is open, so that there is an entry for it.
            kernel.Files.WriteFile("/file", "");
            kernel.Process.Files.Add(kernel.Files.Open("/file", OpenFlags.ReadOnly).Value, closeOnExec: false);
            foreach (string root in s_roots)
            {
                Walk(tree, root, found);
            }

            yield return new SystemCall(SyscallNumber.Getpid);
        }
    }

    private static void Walk(TestTree tree, string folder, SortedSet<string> found)
    {
        foreach (string name in tree.List(folder))
        {
            if (name is "." or "..")
            {
                continue;
            }

            string path = $"{folder}/{name}";
            bool isFolder = tree.Attributes(path).Type == FileType.Directory;
            found.Add(Number().Replace(path, "/[n]") + (isFolder ? "/" : ""));
            if (isFolder)
            {
                Walk(tree, path, found);
            }
        }
    }

    private static string ToPage(SortedSet<string> paths)
    {
        StringBuilder page = new();
        page.Append("# Files of /dev, /proc and /sys\n\n");
        page.Append("Generated from the kernel's own file systems: do not edit. `MOTE_UPDATE_DOCS=1 ./mote test unit` writes it anew.\n\n");
        page.Append("`[n]` is a process, a thread, a descriptor or a CPU; `/proc/self` and `/proc/thread-self` lead to the caller's. A path that ends with a slash is a folder.\n\n");
        page.AppendJoin("", paths.Select(path => $"- `{path}`\n"));
        page.Append("\n## Left out\n\nWhat Linux 6.1 has below /dev, /proc and /sys of a virtual machine, and this kernel has not. A star stands for all that begins so.\n\n| files | why |\n|---|---|\n");
        page.AppendJoin("", AbsentFiles.All.Select(entry => $"| {string.Join(", ", entry.Paths.Split(' ').Select(path => $"`{path}`"))} | {entry.Reason} |\n"));
        return page.ToString();
    }

    [GeneratedRegex(@"/\d+(?=/|$)")]
    private static partial Regex Number();

    private sealed class NoRandomness : RandomSource
    {
        public override void Fill(Span<byte> buffer) => buffer.Clear();

        public override void Mix(ReadOnlySpan<byte> data)
        {
        }
    }
}
