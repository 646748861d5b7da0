using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Mote.Imaging.DotNet;

/// <summary>What can be seen of a project without evaluating it, which takes MSBuild seconds.</summary>
internal static partial class ProjectFile
{
    private const int MaxFirstLine = 256;

    // Kits whose projects become programs without saying so.
    private static readonly string[] s_programKits = ["Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk.Worker", "Aspire.AppHost.Sdk"];

    public static bool IsOne(string path) => Path.GetExtension(path) is ".csproj" or ".fsproj" or ".vbproj";

    /// <summary>A C# file that is a whole program: a name that ends in .cs, or a first line that starts it by the command dotnet (docs: "File-based apps").</summary>
    public static bool IsFileBased(string path)
    {
        if (Path.GetExtension(path) == ".cs")
        {
            return true;
        }

        try
        {
            byte[] start = new byte[MaxFirstLine];
            using FileStream file = File.OpenRead(path);
            int count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return start.AsSpan(0, count).StartsWith("#!"u8) && StartedByDotNet().IsMatch(Encoding.UTF8.GetString(start, 0, count));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // the builder will say so
        }
    }

    /// <summary>Whether a project's own file makes it a program and not one for its tests.</summary>
    public static bool IsProgram(string project)
    {
        try
        {
            XElement root = XDocument.Load(project).Root!;
            string? output = null;
            var kits = new List<string>((root.Attribute("Sdk")?.Value ?? "").Split(';', StringSplitOptions.TrimEntries));
            foreach (XElement element in root.Descendants())
            {
                string include = element.Attribute("Include")?.Value ?? "";
                switch (element.Name.LocalName)
                {
                    case "OutputType":
                        output = element.Value.Trim();
                        break;
                    case "IsTestProject" when bool.TryParse(element.Value, out bool isTest) && isTest:
                    case "PackageReference" when include is "Microsoft.NET.Test.Sdk" or "MSTest" or "xunit.v3" or "TUnit":
                        return false;
                    case "Sdk" when element.Attribute("Name") is { } name:
                        kits.Add(name.Value);
                        break;
                    default:
                        break;
                }
            }

            bool isKit = kits.Exists(kit => Array.Exists(s_programKits, program => kit == program || kit.StartsWith(program + "/", StringComparison.Ordinal)));
            bool isBrowsers = kits.Contains("Microsoft.NET.Sdk.BlazorWebAssembly") || kits.Exists(kit => kit.StartsWith("MSTest.Sdk", StringComparison.Ordinal));
            return !isBrowsers && (output is null ? isKit : output.EndsWith("Exe", StringComparison.OrdinalIgnoreCase));
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^#!\s*(\S*/env\s+(-S\s+)?)?(\S*/)?dotnet(\s|$)", RegexOptions.CultureInvariant)]
    private static partial Regex StartedByDotNet();
}
