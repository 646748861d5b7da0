using System;
using System.IO;
using System.Linq;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

public sealed class ImageBuilderTests : IDisposable
{
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;
    private readonly TestFolder _folder = new();
    private readonly RecordingProgress _progress = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_static_program_becomes_an_image()
    {
        string program = new TestElf { Kind = 2 }.Save(_folder["prog"]);

        MachineImage image = Build(new ImageRequest
        {
            ProgramPath = program,
            Arguments = ["one", "two"],
            Environment = new System.Collections.Generic.Dictionary<string, string> { ["A"] = "b" },
            WorkingDirectory = "/data",
        });

        MachineImage opened = MachineImage.Open(image.Folder);
        Assert.Equal([_folder.Guest("prog"), "one", "two"], opened.Config.Arguments);
        Assert.Equal("b", opened.Config.Environment["A"]);
        Assert.Equal("/root", opened.Config.Environment["HOME"]);
        Assert.Equal("/data", opened.Config.WorkingDirectory);
        string root = TestImage.Extract(opened, _folder["out"]);
        Assert.Equal(File.ReadAllBytes(program), File.ReadAllBytes(root + opened.Config.EntryPoint));
        Assert.True(Directory.Exists(root + "/data"));
        Assert.Contains("root:x:0:0", File.ReadAllText(root + "/etc/passwd"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_second_build_starts_nothing_until_an_input_changes()
    {
        string program = new TestElf { Kind = 2 }.Save(_folder["prog"]);
        MachineImage first = Cached(new ImageRequest { ProgramPath = program });
        int steps = _progress.Steps.Count;
        MachineImage second = Cached(new ImageRequest { ProgramPath = program, Arguments = ["x"] });

        Assert.Equal(steps, _progress.Steps.Count);
        Assert.Equal(first.Folder, second.Folder);
        Assert.Equal(["x"], second.Config.Arguments.Skip(1));

        new TestElf { Kind = 2, Symbols = ["changed"] }.Save(program);
        MachineImage third = Cached(new ImageRequest { ProgramPath = program });

        Assert.True(_progress.Steps.Count > steps);
        Assert.Equal(new FileInfo(program).Length, TestImage.Entry(third.Manifest, _folder.Guest("prog")).Size);
    }

    [Fact]
    public void A_library_that_appears_earlier_in_the_search_makes_a_new_image()
    {
        TestElf.Library("libone.so").Save(_folder["late/libone.so"]);
        string program = (TestElf.Program("libone.so") with { Runpath = $"{_folder["early"]}:{_folder["late"]}" }).Save(_folder["prog"]);
        Cached(new ImageRequest { ProgramPath = program });
        TestElf.Library("libone.so").Save(_folder["early/libone.so"]);

        ImageManifest manifest = Cached(new ImageRequest { ProgramPath = program }).Manifest;

        TestImage.Entry(manifest, _folder.Guest("early/libone.so"));
    }

    [Fact]
    public void A_damaged_cached_image_is_built_again()
    {
        string program = new TestElf { Kind = 2 }.Save(_folder["prog"]);
        MachineImage image = Cached(new ImageRequest { ProgramPath = program });
        File.WriteAllText(image.RootImagePath, "short");

        MachineImage again = Cached(new ImageRequest { ProgramPath = program });

        Assert.Equal(again.Config.RootImageBytes, new FileInfo(again.RootImagePath).Length);
    }

    [Fact]
    public void Added_files_and_folders_come_along()
    {
        string program = new TestElf { Kind = 2 }.Save(_folder["prog"]);
        _folder.WriteText("data/sub/b.txt", "b");
        File.CreateSymbolicLink(_folder["data/link"], "sub/b.txt");
        string file = _folder.WriteText("c.txt", "c");

        MachineImage image = Build(new ImageRequest
        {
            ProgramPath = program,
            AddedFiles = [(_folder["data"], "/data"), (file, "/etc/hosts"), (file, "/into/"), ("/bin/ls", "/bin/ls")],
        });

        string root = TestImage.Extract(image, _folder["out"]);
        Assert.Equal("b", File.ReadAllText(root + "/data/sub/b.txt"));
        Assert.Equal("sub/b.txt", new FileInfo(root + "/data/link").LinkTarget);
        Assert.Equal("c", File.ReadAllText(root + "/etc/hosts"));
        Assert.Equal("c", File.ReadAllText(root + "/into/c.txt"));

        // An added program brings its libraries.
        Assert.Contains(image.Manifest.Files, entry => entry.Path.EndsWith("/libc.so.6", StringComparison.Ordinal));
    }

    [Fact]
    public void A_script_is_started_through_its_interpreter()
    {
        string script = _folder.WriteText("script", "#!/bin/ls -l\n", Executable);

        ImageConfig config = Build(new ImageRequest { ProgramPath = script, Arguments = ["x"] }).Config;

        Assert.Equal("/bin/ls", config.EntryPoint);
        Assert.Equal(["/bin/ls", "-l", _folder.Guest("script"), "x"], config.Arguments);
        Assert.Equal(3, config.FixedArguments);
    }

    [Fact]
    public void A_script_through_env_starts_what_env_would_find()
    {
        string script = _folder.WriteText("script", "#!/usr/bin/env ls\n", Executable);

        ImageConfig config = Build(new ImageRequest { ProgramPath = script }).Config;

        Assert.EndsWith("/bin/ls", config.EntryPoint, StringComparison.Ordinal);
        Assert.Equal([config.EntryPoint, _folder.Guest("script")], config.Arguments);
    }

    [Fact]
    public void What_cannot_run_is_explained()
    {
        string plain = new TestElf { Kind = 2 }.Save(_folder["plain"]);
        File.SetUnixFileMode(plain, UnixFileMode.UserRead);
        _folder.WriteText("crlf", "#!/bin/sh\r\necho\r\n", Executable);
        _folder.WriteText("lost", "#!/no/such/shell\n", Executable);
        Directory.CreateDirectory(_folder["empty"]);
        _folder.WriteText("two/a.csproj", "<Project/>");
        _folder.WriteText("two/b.csproj", "<Project/>");

        Complains("plain", $"chmod +x {plain}");
        Complains("crlf", "Windows line ends");
        Complains("lost", "interpreter /no/such/shell");
        Complains("empty", "neither a .NET project");
        Complains("two", "2 projects: a.csproj, b.csproj");
        Complains("absent", "There is no file or folder");
        string message = Assert.Throws<ImageException>(() => Build(new ImageRequest { ProgramPath = "ls" })).Message;
        Assert.Contains("Did you mean /", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_options_are_explained()
    {
        string program = new TestElf { Kind = 2 }.Save(_folder["prog"]);
        var request = new ImageRequest { ProgramPath = program };

        Complains(request with { WorkingDirectory = "data" }, "absolute path");
        Complains(request with { AddedFiles = [("/no/such", "/x")] }, "no file or folder /no/such");
        Complains(request with { AddedFiles = [(program, "x")] }, "HOST:GUEST");
        Complains(request with { AddedFiles = [(program, "/sys/x")] }, "over /sys");
        Complains(request with { Rules = ["cobol"] }, "The rules are: python, dotnet");
        Complains(request with { Rules = ["python:tiny"] }, "python:full");
    }

    [Fact]
    public void Foreign_folders_are_not_replaced()
    {
        string program = new TestElf { Kind = 2 }.Save(_folder["prog"]);
        _folder.WriteText("mine/notes.txt", "precious");

        var error = Assert.Throws<ImageException>(() => new ImageBuilder(_progress).Build(new ImageRequest { ProgramPath = program }, _folder["mine"]));

        Assert.Contains("is not replaced", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["mine/notes.txt"]));
    }

    private void Complains(string program, string expected) => Complains(new ImageRequest { ProgramPath = _folder[program] }, expected);

    private void Complains(ImageRequest request, string expected) =>
        Assert.Contains(expected, Assert.Throws<ImageException>(() => Build(request)).Message, StringComparison.Ordinal);

    private MachineImage Build(ImageRequest request) => new ImageBuilder(_progress).Build(request, _folder["image"]);

    private MachineImage Cached(ImageRequest request) => new ImageBuilder(_progress).BuildCached(request, _folder["cache"]);
}
