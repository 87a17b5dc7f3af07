// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using LbEngine.Configuration;
using LbEngine.Hosting;
using LbEngine.Leasing;
using LbEngine.Observability;
using LbEngine.Observability.Events;

namespace LbEngine.Tests.Hosting.Data;

/// <summary>Everything public that is data goes through System.Text.Json as it is, and comes back the same.</summary>
public sealed class PublicDataTests
{
    private static readonly Dictionary<string, JsonSerializerOptions> Ways = new()
    {
        ["as it is"] = new(),
        ["as an ASP.NET app does"] = new(JsonSerializerDefaults.Web),
        ["without what is null"] = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull },
        ["without reflection"] = new(JsonSerializerDefaults.Web) { TypeInfoResolver = LoadBalancerJson.Resolver },
    };

    public static TheoryData<Type, string> DataInEveryWay()
    {
        var rows = new TheoryData<Type, string>();
        foreach (Type type in PublicTypes.Data)
        {
            // Of the other package, and of tests, the generated context knows nothing.
            bool isKnown = type.Assembly == typeof(LoadBalancer).Assembly && type.Namespace != "LbEngine.Testing";
            foreach (string way in Ways.Keys.Where(way => isKnown || way != "without reflection"))
            {
                rows.Add(type, way);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(DataInEveryWay))]
    public void Data_WrittenAndReadBack_IsTheSame(Type type, string way)
    {
        JsonSerializerOptions options = Ways[way];
        foreach (bool isEmpty in (bool[])[false, true])
        {
            object? before = new Samples(isEmpty).Make(type);

            string json = JsonSerializer.Serialize(before, type, options);
            object? after = JsonSerializer.Deserialize(json, type, options);

            Assert.Equal([], Differences.Find(before, after));
            Assert.Equal(json, JsonSerializer.Serialize(after, type, options));
        }
    }

    [Fact]
    public void Enums_EveryValue_IsWrittenByItsName()
    {
        IEnumerable<object> values = PublicTypes.Data.Where(type => type.IsEnum).SelectMany(type => Enum.GetValues(type).Cast<object>());

        Assert.All(values, value => Assert.Equal($"\"{value}\"", JsonSerializer.Serialize(value)));
    }

    public static TheoryData<Type> Events() => [.. PublicTypes.Data.Where(type => type.IsAssignableTo(typeof(LoadBalancerEvent)))];

    [Theory]
    [MemberData(nameof(Events))]
    public void Event_WrittenAsWhatAStreamOfThemHolds_SaysWhichOneItIs(Type type)
    {
        foreach (JsonSerializerOptions options in Ways.Values)
        {
            var before = (LoadBalancerEvent)new Samples(isEmpty: false).Make(type)!;

            string json = JsonSerializer.Serialize<LoadBalancerEvent>(before, options);
            LoadBalancerEvent? after = JsonSerializer.Deserialize<LoadBalancerEvent>(json, options);

            Assert.StartsWith($"{{\"event\":\"{JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name)}\"", json, StringComparison.Ordinal);
            Assert.IsType(type, after);
            Assert.Equal([], Differences.Find(before, after));
        }
    }

    [Fact]
    public void Behaviour_EveryTypeOfTheList_IsPublicAndStillThere() =>
        Assert.All(PublicTypes.Behaviour.Keys, type => Assert.True(type.IsVisible, $"{type} is not public: take it out of the list"));

    [Fact]
    public void Data_TheTypesThatPeopleAskFor_IsFound()
    {
        Type[] expected = [typeof(LoadBalancerStatus), typeof(ConnectionStatus), typeof(LoadBalancerOptions), typeof(ConfigurationError), typeof(LeaseRequest)];

        Assert.Empty(expected.Except(PublicTypes.Data));
    }

    [Fact]
    public void Off_WrittenWithoutNulls_StaysOff()
    {
        var options = new LoadBalancerOptions { Listeners = { ["web"] = new() { KeepAlive = null } }, Pools = { ["site"] = new() { Passive = null } } };

        string json = JsonSerializer.Serialize(options, Ways["without what is null"]);
        LoadBalancerOptions after = JsonSerializer.Deserialize<LoadBalancerOptions>(json, Ways["without what is null"])!;

        Assert.Null(after.Listeners["web"].KeepAlive);
        Assert.Null(after.Pools["site"].Passive);
    }

    [Theory]
    [InlineData("\"10.0.0.1\"")]
    [InlineData("\"::1\"")]
    [InlineData("\"[::1]\"")]
    [InlineData("\"80\"")]
    [InlineData("\"site.internal:80\"")]
    [InlineData("17")]
    public void EndPoint_TextThatIsNone_IsRefusedAndSaysWhatToWrite(string text)
    {
        string json = $$"""{"Name":"web","Protocol":"Tcp","EndPoint":{{text}},"Pool":"site"}""";

        JsonException exception = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ListenerStatus>(json));

        Assert.Contains("10.0.0.1:80", exception.Message, StringComparison.Ordinal);
        Assert.Equal("$.EndPoint", exception.Path);
    }

    [Theory]
    [InlineData("\"10.0.0.1:80\"")]
    [InlineData("[80, null]")]
    [InlineData("{}")]
    public void Addresses_TextThatIsNone_AreRefused(string text)
    {
        string json = $$"""{"Backend":"a","HostName":"a.internal","Port":80,"Addresses":{{text}}}""";

        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<NameStatus>(json));
    }

    [Fact]
    public void Addresses_OfBothFamilies_AreWrittenAsPeopleWriteThem()
    {
        var status = new NameStatus("a", "a.internal", 80, [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("2001:db8::1")], null, null);

        string json = JsonSerializer.Serialize(status);

        Assert.Contains("""["10.0.0.1","2001:db8::1"]""", json, StringComparison.Ordinal);
    }
}
