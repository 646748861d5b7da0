using System;
using System.IO;
using System.Linq;
using Mote.Imaging;
using Mote.Imaging.DotNet;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

/// <summary>Projects that do not become programs; one that does is a guest test.</summary>
public sealed class DotNetProjectTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "builds a library")]
    [InlineData("<OutputType>Exe</OutputType><TargetFrameworks>net9.0;net10.0</TargetFrameworks>", "several frameworks: net9.0, net10.0. Choose one, for example: --framework net10.0")]
    [InlineData("<IsTestProject>true</IsTestProject>", "holds tests")]
    public void A_project_that_cannot_run_is_explained(string properties, string expected)
    {
        string framework = properties.Contains("TargetFrameworks", StringComparison.Ordinal) ? "" : "<TargetFramework>net10.0</TargetFramework>";
        _folder.WriteText("p/p.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>{framework}{properties}</PropertyGroup></Project>");

        Assert.Contains(expected, Build(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_project_file_is_explained_in_the_tools_words()
    {
        _folder.WriteText("p/p.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup></Project>");

        Assert.Contains("error MSB4025", Build(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_does_not_compile_is_explained_in_the_compilers_words()
    {
        _folder.WriteText("p/p.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><PublishAot>true</PublishAot></PropertyGroup></Project>");
        _folder.WriteText("p/p.cs", "System.Console.WriteLin();");

        string message = Build();

        Assert.Contains("p.csproj does not build:", message, StringComparison.Ordinal);
        Assert.Contains("p.cs(1,16): error CS0117", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<TargetFrameworks>net9.0;net10.0;net48</TargetFrameworks>", "does not build for net8.0. It builds for: net9.0, net10.0, net48. Type, for example: --framework net10.0")]
    [InlineData("<TargetFramework>net10.0</TargetFramework>", "does not build for net8.0. It builds for net10.0: leave --framework out, or write <TargetFramework>net8.0</TargetFramework> in the project.")]
    [InlineData("<TargetFrameworks>net10.0</TargetFrameworks>", "does not build for net8.0. It builds for net10.0: leave")]
    public void A_framework_that_the_project_does_not_have_is_explained(string property, string expected)
    {
        _folder.WriteText("p/p.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType>{property}</PropertyGroup></Project>");
        _folder.WriteText("p/p.slnx", "<Solution><Project Path=\"p.csproj\" /></Solution>");

        foreach (string path in (string[])["p", "p/p.csproj", "p/p.slnx"])
        {
            Assert.StartsWith($"{_folder["p/p.csproj"]} {expected}", Fail(new ImageRequest { ProgramPath = _folder[path], Framework = "net8.0", Configuration = "Debug" }), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_framework_that_a_program_of_one_file_does_not_have_is_explained()
    {
        _folder.WriteText("p/tool.cs", "System.Console.WriteLine();\n");

        Assert.Contains(
            "tool.cs does not build for net8.0. It builds for net10.0: leave --framework out, or write this among the first lines: #:property TargetFramework=net8.0.",
            Fail(new ImageRequest { ProgramPath = _folder["p/tool.cs"], Framework = "net8.0" }),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net48;net9.0;net10.0;netstandard2.0;net11.0-windows", "", null, "--framework net10.0")]
    [InlineData("net48;netstandard2.0", "", null, "--framework netstandard2.0")]
    [InlineData("net9.0;net10.0", "", "NET9.0", "net9.0")]
    [InlineData(" net9.0 ; net9.0", "net8.0", null, "net9.0")]
    [InlineData("", "net9.0", "net9.0", "net9.0")]
    [InlineData("", "net9.0", null, null)]
    [InlineData("", "", "net9.0", "net9.0")]
    public void Frameworks_are_chosen_among(string several, string single, string? asked, string? expected)
    {
        ProjectFrameworks frameworks = new("/p/p.csproj", several, single);
        if (expected?.StartsWith("--", StringComparison.Ordinal) == true)
        {
            Assert.EndsWith(expected, Assert.Throws<ImageException>(() => frameworks.Choose(asked)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(expected, frameworks.Choose(asked));
        }
    }

    [Fact]
    public void A_configuration_that_the_project_does_not_name_is_pointed_out()
    {
        _folder.WriteText("p/p.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        _folder.WriteText("p/p.cs", "System.Console.WriteLin();");
        RecordingProgress progress = new();

        Assert.Throws<ImageException>(() => new ImageBuilder(progress).BuildCached(new ImageRequest { ProgramPath = _folder["p"],
            Configuration = "Relase" }, _folder["cache"]));

        Assert.Contains("p.csproj names the configurations Debug, Release. Relase is none of them", Assert.Single(progress.Warnings),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_of_one_file_is_explained_in_the_compilers_words()
    {
        _folder.WriteText("p/tool.cs", "#!/usr/bin/env dotnet\n#:property PublishAot=false\nSystem.Console.WriteLin();\n");

        Assert.Contains("tool.cs(3,16): error CS0117", Fail(new ImageRequest { ProgramPath = _folder["p/tool.cs"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_projects_are_refused_elsewhere()
    {
        Assert.Contains("is no .NET project", Fail(new ImageRequest { ProgramPath = "/bin/true", Configuration = "Debug" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app.cs", "", true)]
    [InlineData("app", "#!/usr/bin/env dotnet\n", true)]
    [InlineData("app", "#!/usr/bin/dotnet run\n", true)]
    [InlineData("app", "#!/usr/bin/env -S dotnet --\n", true)]
    [InlineData("app", "#!/usr/bin/env dotnetty\n", false)]
    [InlineData("app", "#!/bin/sh\ndotnet\n", false)]
    [InlineData("app", "", false)]
    public void A_program_of_one_file_is_known_by_its_name_or_first_line(string name, string text, bool expected) =>
        Assert.Equal(expected, ProjectFile.IsFileBased(_folder.WriteText(name, text)));

    [Fact]
    public void The_only_program_of_a_solution_is_found_in_each_of_its_forms()
    {
        WriteSolution();
        string expected = _folder["s/src/Web/Web.csproj"];
        foreach (string solution in (string[])["s/all.sln", "s/all.slnx", "s/few.slnf"])
        {
            Assert.Equal((ProgramLocator.Kind.Project, expected), ProgramLocator.Locate(_folder[solution], []));
        }

        File.Delete(_folder["s/all.sln"]);
        Assert.Equal((ProgramLocator.Kind.Project, expected), ProgramLocator.Locate(_folder["s"], []));
    }

    [Fact]
    public void Solutions_that_do_not_say_what_to_run_are_explained()
    {
        WriteSolution();
        Assert.Contains("holds 2 solutions: all.sln, all.slnx", Fail(new ImageRequest { ProgramPath = _folder["s"] }), StringComparison.Ordinal);

        _folder.WriteText("s/src/Tool/Tool.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>");
        string several = Fail(new ImageRequest { ProgramPath = _folder["s/all.slnx"] });
        Assert.Contains("has 2 programs", several, StringComparison.Ordinal);
        Assert.Contains("src/Tool/Tool.csproj", several, StringComparison.Ordinal);
        Assert.DoesNotContain("Tests.csproj", several, StringComparison.Ordinal);

        _folder.WriteText("s/none.slnx", "<Solution><Project Path=\"tests/Tests.csproj\" /></Solution>");
        Assert.Contains("No project of the solution", Fail(new ImageRequest { ProgramPath = _folder["s/none.slnx"] }), StringComparison.Ordinal);
        _folder.WriteText("s/broken.slnx", "<Solution>");
        Assert.Contains("cannot be read as a solution", Fail(new ImageRequest { ProgramPath = _folder["s/broken.slnx"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_come_with_the_lines_that_belong_to_them_and_once()
    {
        const string output = """
            /p/a.cs(1,1): warning CS0168: unused [/p/p.csproj]
            /p/a.fs(2,3): error FS0001: This expression was expected to have type
                'int'
            but here has type
                'string' [/p/p.fsproj]
            /p/a.fs(9,9): warning FS0064: something
                more of the warning
            /p/a.fs(2,3): error FS0001: This expression was expected to have type
                'int'
            """;

        Assert.Equal(
            "/p/a.fs(2,3): error FS0001: This expression was expected to have type\n    'int'\nbut here has type\n    'string' [/p/p.fsproj]",
            BuildOutput.Shorten(output));
        Assert.Equal("something\nelse", BuildOutput.Shorten("something\nelse\n"));
    }

    [Fact]
    public void Launch_profiles_that_are_not_used_are_named()
    {
        string project = _folder.WriteText("p/p.csproj", "<Project/>");
        Assert.Null(LaunchProfiles.Ignored(project));

        _folder.WriteText("p/Properties/launchSettings.json", """{ "profiles": { "http": {}, "https": {}, } } // as editors write it""");

        Assert.StartsWith("The launch profiles http, https of Properties/launchSettings.json are not used", LaunchProfiles.Ignored(project), StringComparison.Ordinal);
    }

    private void WriteSolution()
    {
        _folder.WriteText("s/src/Web/Web.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"/>");
        _folder.WriteText("s/src/Library/Library.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"/>");
        _folder.WriteText("s/src/Tool/Tool.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"/>");
        _folder.WriteText("s/tests/Tests.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup><ItemGroup><PackageReference Include=\"Microsoft.NET.Test.Sdk\"/></ItemGroup></Project>");
        string[] projects = ["src/Web/Web.csproj", "src/Library/Library.csproj", "src/Tool/Tool.csproj", "tests/Tests.csproj"];
        _folder.WriteText("s/all.slnx", $"<Solution><Folder Name=\"/src/\">{string.Concat(projects.Select(project => $"<Project Path=\"{project}\" />"))}</Folder></Solution>");
        _folder.WriteText("s/all.sln", "Microsoft Visual Studio Solution File, Format Version 12.00\n"
            + "Project(\"{2150E333-8FDC-42A3-9474-1A3956D46DE8}\") = \"src\", \"src\", \"{827E0CD3-B72D-47B6-A68D-7590B98EB39B}\"\nEndProject\n"
            + string.Concat(projects.Select(project => $"Project(\"{{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}}\") = \"x\", \"{project.Replace('/', '\\')}\", \"{{0}}\"\nEndProject\n")));
        _folder.WriteText("s/few.slnf", """{ "solution": { "path": "all.sln", "projects": [ "src\\Web\\Web.csproj", "tests\\Tests.csproj" ] } }""");
    }

    private string Fail(ImageRequest request) => Assert.Throws<ImageException>(() => new ImageBuilder(SilentProgress.Instance).BuildCached(request, _folder["cache"])).Message;

    private string Build() => Assert.Throws<ImageException>(
        () => new ImageBuilder(SilentProgress.Instance).BuildCached(new ImageRequest { ProgramPath = _folder["p"] }, _folder["cache"])).Message;
}
