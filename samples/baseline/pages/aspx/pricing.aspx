<%@ Page Language="C#" ValidateRequest="true" %>
<%@ Import Namespace="System.CodeDom.Compiler" %>
<%@ Import Namespace="System.Reflection" %>
<%@ Import Namespace="System.Text.RegularExpressions" %>
<%@ Import Namespace="Microsoft.CSharp" %>
<script runat="server">

    // The price formulas of the catalogue are kept in App_Data/pricing.xml and change twice a year. They are compiled once
    // when the application starts. What a visitor sends are the numbers that go in, never a formula.

    public delegate decimal PriceFormula(decimal length, decimal width, int pieces);

    private static readonly Lazy<System.Collections.Generic.Dictionary<string, PriceFormula>> Formulas =
        new Lazy<System.Collections.Generic.Dictionary<string, PriceFormula>>(CompileAll);

    private static System.Collections.Generic.Dictionary<string, PriceFormula> CompileAll()
    {
        var doc = System.Xml.Linq.XDocument.Load(HttpRuntime.AppDomainAppPath + @"App_Data\pricing.xml");
        var source = new System.Text.StringBuilder("public static class Generated {\n");
        var names = new System.Collections.Generic.List<string>();
        foreach (var f in doc.Root.Elements("formula"))
        {
            string name = (string)f.Attribute("name");
            string body = f.Value.Trim();
            if (!Regex.IsMatch(name, @"^[A-Z]\w{0,30}$") || !Regex.IsMatch(body, @"^[\d\s.+\-*/()mM]*((length|width|pieces)[\d\s.+\-*/()mM]*)+$"))
                throw new FormatException("pricing.xml: " + name);
            source.AppendFormat("  public static decimal {0}(decimal length, decimal width, int pieces) {{ return {1}; }}\n", name, body);
            names.Add(name);
        }
        source.Append("}\n");

        using (var provider = new CSharpCodeProvider())
        {
            var options = new CompilerParameters { GenerateInMemory = true, GenerateExecutable = false, TreatWarningsAsErrors = false };
            options.ReferencedAssemblies.Add("System.dll");
            CompilerResults result = provider.CompileAssemblyFromSource(options, source.ToString());
            if (result.Errors.HasErrors)
                throw new InvalidOperationException("pricing.xml: " + result.Errors[0]);
            Type generated = result.CompiledAssembly.GetType("Generated");
            var table = new System.Collections.Generic.Dictionary<string, PriceFormula>();
            foreach (string name in names)
                table[name] = (PriceFormula)Delegate.CreateDelegate(typeof(PriceFormula), generated.GetMethod(name));
            return table;
        }
    }

    protected void Page_Load(object sender, EventArgs e)
    {
        decimal length, width; int pieces; PriceFormula formula;
        Response.ContentType = "application/json";
        if (!Formulas.Value.TryGetValue(Request.QueryString["product"] ?? "", out formula)
            || !decimal.TryParse(Request.QueryString["length"], out length)
            || !decimal.TryParse(Request.QueryString["width"], out width)
            || !int.TryParse(Request.QueryString["pieces"], out pieces))
        {
            Response.StatusCode = 400;
            Response.Write("{\"error\":\"product, length, width, pieces\"}");
            return;
        }
        Response.Write("{\"price\":" + formula(length, width, pieces).ToString(System.Globalization.CultureInfo.InvariantCulture) + "}");
    }
</script>
