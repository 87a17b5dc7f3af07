// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Diagnostics;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.ConsoleHost.Help;
using LbEngine.ConsoleHost.Manual;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.ConsoleHost.Manual;

public class ManualTests
{
    private const string Mandoc = "/usr/bin/mandoc";

    [PeerTheory(Mandoc)]
    [InlineData("lb")]
    [InlineData("lb.yaml")]
    public async Task Page_ForMandoc_HasNoMistake(string page)
    {
        using var file = new TemporaryFile(page, page == "lb" ? LbManual.Write(LbCommand.Create()) : SettingsManual.Write());

        Assert.Equal("", await RunAsync(Mandoc, "-T", "lint", "-W", "error", file.Path));
    }

    [PeerTheory(Mandoc)]
    [InlineData("lb")]
    public async Task Page_OfTheProgram_ReadsAsTheHelpDoes(string page)
    {
        RootCommand root = LbCommand.Create();
        using var file = new TemporaryFile(page, LbManual.Write(root));

        string text = Squeeze(await RunAsync(Mandoc, "-T", "ascii", "-O", "width=78", file.Path));

        Assert.All(CommandText.Commands(root).Prepend(root), command =>
        {
            Assert.Contains(CommandText.Usage(command), text, StringComparison.Ordinal);
            Assert.Contains(Squeeze(command.Description!), text, StringComparison.Ordinal);
            Assert.All(
                command.Options.Where(option => !option.Hidden),
                option => Assert.Contains(Squeeze(option.Description!), text, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Settings_EveryRowOfThePage_IsATerm()
    {
        string[] rows = [.. ConfigurationSchema.ToMarkdown(LbSections.All).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))];
        int heads = rows.Count(row => row.StartsWith("| ---", StringComparison.Ordinal));

        string page = SettingsManual.Write();

        Assert.Equal(rows.Length - (2 * heads), page.Split("\n.TP\n").Length - 1);
        Assert.DoesNotContain("](", page, StringComparison.Ordinal);
        Assert.DoesNotContain("`", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WhatRoffWouldActOn_IsText()
    {
        string page = SettingsManual.Write("# Settings\n\n.so /etc/passwd\nand `\\e` more\n\n```yaml\n.nf\n'tis\n```\n");

        Assert.Contains(".PP\n\\&.so /etc/passwd and \\fB\\ee\\fR more\n", page, StringComparison.Ordinal);
        Assert.Contains(".nf\n\\&.nf\n\\(aqtis\n.fi\n", page, StringComparison.Ordinal);
    }

    /// <summary>Backspaces make letters bold; where lines end is of no concern.</summary>
    private static string Squeeze(string text)
    {
        var plain = new List<char>();
        foreach (char letter in text)
        {
            if (letter == '\b')
            {
                plain.RemoveAt(plain.Count - 1);
            }
            else
            {
                plain.Add(letter);
            }
        }

        return string.Join(' ', new string([.. plain]).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} could not be started.");
        string output = await process.StandardOutput.ReadToEndAsync();
        await LbProcess.WaitForEndAsync(process);
        return output;
    }
}
