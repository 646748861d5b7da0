using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>Input that cannot run: a clear message on standard error and a status that is not zero, never a stack trace of the tool, never a hang.</summary>
public sealed class BadInputTests
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "bad")).FullName;

    [Fact]
    public void A_text_file_is_not_an_elf() => Refused(2, ["run", Made("text", "no program\n"u8.ToArray())], "text", "ELF");

    [Fact]
    public void An_empty_file_is_not_an_elf() => Refused(2, ["run", Made("empty", [])], "empty");

    [Fact]
    public void A_file_that_does_not_exist() => Refused(2, ["run", Path.Combine(_folder, "nothing-here")], "nothing-here");

    [Fact]
    public void A_file_without_execute_permission()
    {
        string path = Made("plain", File.ReadAllBytes(Hello));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Refused(2, ["run", path], "execut");
    }

    [Fact]
    public void Another_architecture()
    {
        byte[] elf = File.ReadAllBytes(Hello);
        elf[18] = 183; // e_machine: EM_AARCH64
        Refused(2, ["run", Made("arm", elf)], "x86-64", "AArch64");
    }

    [Fact]
    public void A_32_bit_program()
    {
        byte[] elf = File.ReadAllBytes(Hello);
        elf[4] = 1; // EI_CLASS: ELFCLASS32
        elf[18] = 3; // EM_386
        Refused(2, ["run", Made("small", elf)], "32-bit");
    }

    [Fact]
    public void A_truncated_program() => Refused(2, ["run", Made("cut", File.ReadAllBytes(Hello)[..200])], "cut");

    [Fact]
    public void A_missing_interpreter()
    {
        byte[] elf = File.ReadAllBytes(ProgramCompiler.PathOf(ProgramCatalog.Get("hello (pie)")));
        Replace(elf, "/lib64/ld-linux-x86-64.so.2", "/lib64/ld-linux-x86-64.so.9");
        Refused(2, ["run", Made("no-interpreter", elf)], "/lib64/ld-linux-x86-64.so.9");
    }

    [Fact]
    public void A_missing_library()
    {
        byte[] elf = File.ReadAllBytes(ProgramCompiler.PathOf(ProgramCatalog.Get("hello (pie)")));
        Replace(elf, "libc.so.6", "libc.so.9");
        Refused(2, ["run", Made("no-library", elf)], "libc.so.9", "/lib");
    }

    [Fact]
    public void A_project_that_does_not_build()
    {
        string project = Directory.CreateDirectory(Path.Combine(_folder, "Broken")).FullName;
        File.WriteAllText(Path.Combine(project, "Broken.csproj"), "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><PublishAot>true</PublishAot></PropertyGroup></Project>\n");
        File.WriteAllText(Path.Combine(project, "Program.cs"), "int number = \"text\";\n");
        File.WriteAllText(Path.Combine(project, "Directory.Build.props"), "<Project />\n");
        File.WriteAllText(Path.Combine(project, "Directory.Build.targets"), "<Project />\n");
        File.WriteAllText(Path.Combine(project, "Directory.Packages.props"), "<Project />\n");
        Refused(2, ["run", project], "CS0029");
    }

    [Fact]
    public void Too_little_memory() => Refused(2, ["run", "--memory", "2M", Hello], "MiB", "at least");

    [Fact]
    public void A_truncated_image()
    {
        string image = Path.Combine(_folder, "image");
        RunOutcome built = MoteTool.Run(["build", Hello, "-o", image]);
        Assert.True(built.Status == 0, built.ErrorText);
        string root = Path.Combine(image, "root.erofs");
        using (FileStream file = new(root, FileMode.Open))
        {
            file.SetLength(file.Length / 2);
        }

        Refused(2, ["run", image], "image");
    }

    [Fact]
    public void A_wrong_option() => Refused(2, ["run", "--memory", "much", Hello], "--memory");

    [Fact]
    public void Qemu_missing() => Refused(126, ["run", Hello], new Dictionary<string, string> { ["MOTE_QEMU"] = "/nowhere/qemu-system-x86_64" }, "/nowhere/qemu-system-x86_64");

    [Fact]
    public void A_program_that_never_ends() => Refused(124, ["run", "--timeout", "2s", "/usr/bin/sleep", "--", "1000"], "--timeout");

    [Fact]
    public void A_program_that_crashes()
    {
        RunOutcome outcome = MoteTool.Run(["run", ProgramCompiler.PathOf(ProgramCatalog.Get("crash (musl)"))]);
        Assert.Equal(139, outcome.Status);
        foreach (string word in (string[])["SIGSEGV", "rip", "rsp", "rax", "/crash"])
        {
            Assert.Contains(word, outcome.ErrorText, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static string Hello => ProgramCompiler.PathOf(ProgramCatalog.Get("hello (musl)"));

    private static void Refused(int status, string[] arguments, params string[] words) => Refused(status, arguments, new Dictionary<string, string>(), words);

    private static void Refused(int status, string[] arguments, Dictionary<string, string> environment, params string[] words)
    {
        RunOutcome outcome = MoteTool.Run(arguments, environment: environment, seconds: 90);
        Assert.True(outcome.Status == status, $"status {outcome.Status}, not {status}\n{outcome.ErrorText}");
        Assert.Empty(outcome.Output);
        foreach (string word in words)
        {
            Assert.Contains(word, outcome.ErrorText, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain("   at Mote.", outcome.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", outcome.ErrorText, StringComparison.Ordinal);
    }

    private string Made(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.Delete(path);
        File.WriteAllBytes(path, content);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    private static void Replace(byte[] bytes, string from, string to)
    {
        byte[] old = Encoding.ASCII.GetBytes(from);
        int at;
        while ((at = bytes.AsSpan().IndexOf(old)) >= 0)
        {
            Encoding.ASCII.GetBytes(to, bytes.AsSpan(at));
        }
    }
}
