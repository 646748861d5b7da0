using System;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

/// <summary>Projects that do not become programs; one that does is a guest test.</summary>
public sealed class DotNetProjectTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "builds a library")]
    [InlineData("<OutputType>Exe</OutputType><TargetFrameworks>net9.0;net10.0</TargetFrameworks>", "several frameworks")]
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

    private string Build() => Assert.Throws<ImageException>(
        () => new ImageBuilder(SilentProgress.Instance).BuildCached(new ImageRequest { ProgramPath = _folder["p"] }, _folder["cache"])).Message;
}
