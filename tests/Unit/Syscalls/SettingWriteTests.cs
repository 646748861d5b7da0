using System;
using System.Collections.Generic;
using System.Linq;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Tests.Unit.Hosted;
using Mote.Tests.Unit.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Syscalls;

/// <summary>What is written to a file of /proc/sys is read back, or the write fails and nothing has changed: none is swallowed.</summary>
public sealed class SettingWriteTests
{
    private const uint OwnerRead = 0x100;
    private const uint OwnerWrite = 0x80;

    private static readonly string[] s_tried = ["0", "1", "2", "3", "7", "60", "100", "4096", "65535", "0x10", "-1", "99999999999", "a", "an other text", ""];

    [Fact]
    public void A_write_to_a_setting_reads_back_or_fails()
    {
        HostedKernel kernel = new();
        List<string> faults = [];
        int seen = 0;
        kernel.Run(Program);
        Assert.Empty(faults);
        Assert.True(seen > 60, $"only {seen} settings can be written");

        IEnumerable<SystemCall> Program()
        {
            foreach (string path in Files(kernel.Files, "/proc/sys"))
            {
                uint mode = kernel.Files.Attributes(path).Mode;
                if ((mode & OwnerWrite) == 0)
                {
                    Assert.Equal(Errno.EACCES, kernel.Files.Open(path, OpenFlags.WriteOnly).Error);
                }
                else if ((mode & OwnerRead) != 0 && path.EndsWith("/stable_secret", StringComparison.Ordinal))
                {
                    Assert.NotEqual(Errno.None, Write(kernel.Files, path, "2001:db8::1")); // it cannot be read as long as there is none
                }
                else if ((mode & OwnerRead) != 0)
                {
                    seen++;
                    Try(kernel.Files, path, faults);
                }
            }

            yield return new SystemCall(SyscallNumber.Getpid);
        }
    }

    private static void Try(TestTree files, string path, List<string> faults)
    {
        string first = files.ReadFile(path);
        if (Write(files, path, first) != Errno.None)
        {
            faults.Add($"{path} does not take its own {first.Trim()}");
        }

        foreach (string text in s_tried)
        {
            string before = files.ReadFile(path);
            Errno error = Write(files, path, text);
            string after = files.ReadFile(path);
            string[] wanted = error == Errno.None && text.Length > 0 ? [text] : Words(before);
            string[] found = error == Errno.None && text.Contains(' ') ? [after.Trim()] : Words(after);
            bool isSame = text == "0x10" && error == Errno.None ? found[0] is "16" or "0x10" : wanted.Zip(found).All(pair => pair.First == pair.Second);
            if (!isSame || (error != Errno.None && before != after))
            {
                faults.Add($"{path}: writing \"{text}\" gives {error}, and {before.Trim()} becomes {after.Trim()}");
            }
        }

        _ = Write(files, path, first);
    }

    private static string[] Words(string text) => text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static Errno Write(TestTree files, string path, string text)
    {
        OpenFile file = files.Open(path, OpenFlags.WriteOnly).Value;
        DataSource source = new(TestTree.Bytes(text));
        Errno error = file.Write(ref source).Error;
        file.Release();
        return error;
    }

    private static IEnumerable<string> Files(TestTree tree, string folder)
    {
        foreach (string name in tree.List(folder).Where(name => name is not ("." or "..")))
        {
            string path = $"{folder}/{name}";
            if (tree.Attributes(path).Type == FileType.Directory)
            {
                foreach (string below in Files(tree, path))
                {
                    yield return below;
                }
            }
            else
            {
                yield return path;
            }
        }
    }
}
