using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;
using Xunit.Abstractions;

namespace Mote.Tests.Architecture;

/// <summary>Unsafe code is in two projects, gives its reasons, and its share of the lines only falls.</summary>
public sealed class UnsafeCodeTests(ITestOutputHelper output)
{
    private static readonly string[] s_floor = ["Mote.Machine", "Mote.Runtime"];

    [Fact]
    public void Two_projects_allow_unsafe_blocks() =>
        Assert.Equal(s_floor, Repository.Projects.Keys.Where(Repository.AllowsUnsafe).Order(StringComparer.Ordinal));

    [Fact]
    public void No_common_file_allows_unsafe_blocks()
    {
        foreach (string file in Directory.EnumerateFiles(Repository.Root, "Directory.*.props").Concat(Directory.EnumerateFiles(Repository.Root, "Directory.*.targets"))
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "build"), "*.targets")))
        {
            Assert.DoesNotContain("<AllowUnsafeBlocks>true", File.ReadAllText(file), StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Runtime is exempt: all of it speaks in pointers, and src/Runtime/README.md says why that holds.</summary>
    [Fact]
    public void Every_unsafe_block_of_Machine_says_why_it_holds()
    {
        List<string> silent = [];
        foreach (string path in Repository.SourcesOf("Mote.Machine"))
        {
            foreach (SyntaxNode node in Parse(path).DescendantNodes().Where(node => node is UnsafeStatementSyntax))
            {
                if (!SaysWhy(node))
                {
                    silent.Add($"{Repository.Relative(path)}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}");
                }
            }
        }

        Assert.True(silent.Count == 0, "unsafe blocks without '// SAFETY:'\n" + string.Join('\n', silent));
    }

    [Fact]
    public void The_share_of_unsafe_lines_only_falls()
    {
        int all = 0, inside = 0;
        foreach (string project in Repository.Projects.Keys.Where(name => name is "Mote.Machine" or "Mote.Runtime" || Repository.IsBehindTheWall(name)))
        {
            foreach (string path in Repository.SourcesOf(project))
            {
                HashSet<int> lines = [], unsafeLines = [];
                foreach (SyntaxToken token in Parse(path).DescendantTokens())
                {
                    int line = token.GetLocation().GetLineSpan().StartLinePosition.Line;
                    lines.Add(line);
                    if (IsUnsafe(token))
                    {
                        unsafeLines.Add(line);
                    }
                }

                all += lines.Count;
                inside += unsafeLines.Count;
            }
        }

        double share = 100.0 * inside / all;
        string file = Path.Combine(Repository.Root, "tests", "Architecture", "unsafe-share.txt");
        double limit = double.Parse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture);
        string text = string.Create(CultureInfo.InvariantCulture, $"unsafe: {inside} of {all} lines of code, {share:F1} % (at most {limit:F1} %)");
        output.WriteLine(text);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "tests")).FullName, "unsafe-share.txt"), text + "\n");
        Assert.True(share <= limit, text + "; a higher share needs a reason in the commit that raises the figure in " + Repository.Relative(file));
    }

    /// <summary>A comment before the block, inside at its start, or in the documentation or comment of the member around it.</summary>
    private static bool SaysWhy(SyntaxNode node)
    {
        for (SyntaxNode? around = node; around is not null and not BaseTypeDeclarationSyntax; around = around.Parent)
        {
            if (around.GetLeadingTrivia().ToFullString().Contains("SAFETY:", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return node is UnsafeStatementSyntax block && block.Block.DescendantTokens().Skip(1).First().LeadingTrivia.ToFullString().Contains("SAFETY:", StringComparison.Ordinal);
    }

    /// <summary>Inside an unsafe block, or in the body of a member or type that is marked unsafe.</summary>
    private static bool IsUnsafe(SyntaxToken token)
    {
        for (SyntaxNode? node = token.Parent; node is not null; node = node.Parent)
        {
            if (node is UnsafeStatementSyntax || (node is MemberDeclarationSyntax member && member.Modifiers.Any(SyntaxKind.UnsafeKeyword)))
            {
                return true;
            }
        }

        return false;
    }

    private static SyntaxNode Parse(string path) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(path), CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview)).GetRoot();
}
