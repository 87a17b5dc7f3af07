// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.Tests.Architecture;

/// <summary>The page of settings and the schema for editors are what the tables say.</summary>
/// <remarks>After a change of a table write both anew, and read the difference: <c>LBENGINE_WRITE_SETTINGS=1 dotnet test --filter
/// SettingsPaperTests</c>.</remarks>
public sealed class SettingsPaperTests
{
    private const int LongestLine = 160;
    private const string Anew = "Write it anew: LBENGINE_WRITE_SETTINGS=1 dotnet test Engine.Tests --filter SettingsPaperTests";

    [Fact]
    public void SettingsPage_OnDisk_IsWhatTheTablesSay() => Compare("docs/settings.md", ConfigurationSchema.ToMarkdown(LbSections.All));

    [Fact]
    public void Schema_OnDisk_IsWhatTheTablesSay() => Compare("docs/lb.schema.json", ConfigurationSchema.ToJson(LbSections.All));

    [Fact]
    public void SettingsPage_ItsLines_AreOfReadableWidth() =>
        Assert.DoesNotContain(ConfigurationSchema.ToMarkdown(LbSections.All).Split('\n'), line => line.Length > LongestLine);

    private static void Compare(string file, string wanted)
    {
        string path = Path.Combine(SourceTree.Root, file);
        if (Environment.GetEnvironmentVariable("LBENGINE_WRITE_SETTINGS") == "1")
        {
            File.WriteAllText(path, wanted);
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == wanted, $"{file} is not what the tables of settings say. {Anew}");
    }
}
