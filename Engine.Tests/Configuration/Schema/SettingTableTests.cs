// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Configuration.Schema.Papers;
using LbEngine.Configuration.Schema.Rows;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.Tests.Configuration.Schema;

public class SettingTableTests
{
    private static readonly ISettingTable Root = new RootSettings(LbSections.All);

    [Fact]
    public void Tables_EveryPropertyOfTheOptions_HasARow()
    {
        IEnumerable<string> properties = OptionTree.Settings(OptionTree.Create()).Select(setting => Regex.Replace(setting.Path, @"\.(web|site|a)\.", ".NAME.").Replace(".0.", ".", StringComparison.Ordinal));
        IEnumerable<string> rows = Rows("", RootSettings.Alone)
            .Where(row => row.Row.Inner is null && row.Row is not DocumentSetting)
            .Select(row => row.Path);

        Assert.Equal(properties.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rows_OfEveryTable_AreOneSentenceForPeople() =>
        Assert.All(Rows("", Root), row => Assert.True(row.Row.Meaning.EndsWith('.') && row.Row.Meaning.Length <= 120, $"{row.Path}: {row.Row.Meaning}"));

    [Fact]
    public void Titles_OfTheTables_DifferFromEachOther()
    {
        string[] titles = [.. Rows("", Root).Select(row => row.Row.Inner).OfType<ISettingTable>().Select(table => table.Title)];

        Assert.Equal(titles.Distinct(), titles);
    }

    [Fact]
    public void Examples_OfEveryTable_AreRight()
    {
        foreach (ISettingTable table in Rows("", Root).Select(row => row.Row.Inner).OfType<ISettingTable>().Append(Root))
        {
            if (table.Example is not string example)
            {
                continue;
            }

            string indented = "\n    " + example.Replace("\n", "\n    ", StringComparison.Ordinal);
            string document = table.Title switch
            {
                "configuration" => example,
                "drain" => example + "\nlisteners: { web: { bind: 0.0.0.0:81, pool: site } }\npools: { site: { backends: { a: { address: h:80 } } } }",
                "listener" => example + "\npools: { site: { backends: { a: { address: h:80 } } }, resolvers: { backends: { a: { address: h:53 } } } }",
                "rate" or "acceptProxy" or "route" => "listeners:\n  web:\n    bind: 0.0.0.0:81\n    pool: site" + indented
                    + "\npools: { site: { backends: { a: { address: h:80 } } }, shop: { backends: { a: { address: h:81 } } } }",
                "pool" => "listeners: { web: { bind: 0.0.0.0:81, pool: site } }\n" + example,
                "backend" => "listeners: { web: { bind: 0.0.0.0:81, pool: site } }\npools:\n  site:" + indented,
                _ => "listeners: { web: { bind: 0.0.0.0:81, pool: site } }\npools:\n  site:" + indented + "\n    backends: { a: { address: h:80 } }",
            };

            Assert.Empty(Reading.Lines(Reading.ReadYaml(document).Errors).Select(line => $"{table.Title}: {line}"));
        }
    }

    [Fact]
    public void Read_AThousandListenersAndPools_TakesNoTimeToSpeakOf()
    {
        var options = new LoadBalancerOptions();
        for (int i = 0; i < 1000; i++)
        {
            options.Pools[$"p{i}"] = new BackendPoolOptions { Health = new HealthOptions() }.AddBackend("a", $"10.0.{i / 256}.{i % 256}:80");
            options.Listeners[$"l{i}"] = new ListenerOptions { Bind = $"127.0.0.1:{i + 1000}", Pool = $"p{i}" };
        }

        string yaml = LoadBalancerOptionsWriter.ToYaml(options);
        long start = TimeProvider.System.GetTimestamp();

        LoadBalancerOptionsReadResult read = Reading.ReadYaml(yaml);

        Assert.Equal((1000, 0), (read.Options.Listeners.Count, read.Errors.Count));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private static IEnumerable<(string Path, ISetting Row)> Rows(string path, ISettingTable table) => table.Rows.SelectMany(row =>
    {
        string own = path + row.Name;
        return row.Inner is ISettingTable inner ? Rows(own + (row.IsNamed ? ".NAME." : "."), inner).Prepend((own, row)) : [(own, row)];
    });
}
