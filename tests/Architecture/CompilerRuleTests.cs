using System;
using System.Collections.Generic;
using System.IO;
using Xunit;

namespace Mote.Tests.Architecture;

/// <summary>The compiler's own memory-safety rules, as the projects of the kernel have them switched on: what Machine marks unsafe cannot be called from above.</summary>
public sealed class CompilerRuleTests : IDisposable
{
    private const string Floor = """
        public static class Floor
        {
            /// <safety>The address must be mapped.</safety>
            public static unsafe void Poke(nint address) { unsafe { *(byte*)address = 1; } }

            public static unsafe int Value { get => 1; }

            public static void Check() { }
        }

        public class Register
        {
            public unsafe Register(nint address) { unsafe { *(byte*)address = 1; } }
        }
        """;

    private static readonly Lazy<byte[]> s_floor = new(CompileFloor);

    private readonly string _folder = Directory.CreateTempSubdirectory("mote-rules-").FullName;

    [Theory]
    [InlineData("CS9362", "class C { void M() => Floor.Poke(1); }")]
    [InlineData("CS9362", "class C { int M() => Floor.Value; }")]
    [InlineData("CS9362", "class C { object M() => new Register(1); }")]
    [InlineData("CS9362", "class C { System.Action<nint> M() => Floor.Poke; }")]
    [InlineData("CS9389", "class C { [System.Runtime.InteropServices.DllImport(\"c\")] static extern int getpid(); }")]
    [InlineData("CS9389", "using System.Runtime.CompilerServices; class C { [MethodImpl(MethodImplOptions.InternalCall)] static extern int M(); }")]
    [InlineData("CS0227", "class C { unsafe void M() => Floor.Poke(1); }")]
    [InlineData("CS0227", "class C { void M() { unsafe { Floor.Poke(1); } } }")]
    public void Kernel_code_like_this_does_not_compile(string id, string source) => Assert.Contains(id, Compile(source));

    [Fact]
    public void What_is_not_marked_can_be_called() => Assert.Empty(Compile("class C { void M() => Floor.Check(); }"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] CompileFloor()
    {
        string folder = Directory.CreateTempSubdirectory("mote-rules-").FullName;
        string source = Path.Combine(folder, "Floor.cs");
        string floor = Path.Combine(folder, "Floor.dll");
        File.WriteAllText(source, Floor);
        Assert.Empty(SdkCompiler.Compile(floor, [source], [], allowsUnsafe: true));
        byte[] compiled = File.ReadAllBytes(floor);
        Directory.Delete(folder, recursive: true);
        return compiled;
    }

    private IReadOnlyList<string> Compile(string source)
    {
        string floor = Path.Combine(_folder, "Floor.dll");
        string above = Path.Combine(_folder, "Above.cs");
        File.WriteAllBytes(floor, s_floor.Value);
        File.WriteAllText(above, source);
        return SdkCompiler.Compile(Path.Combine(_folder, "Above.dll"), [above], [floor]);
    }
}
