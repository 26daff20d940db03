"""What the sample contains."""

PASSWORD = "alliance-sample-2026"  # noqa: S105 (known to everybody on purpose; accepted on a loopback address only)

# (e-mail, name, role shown)
ACCOUNTS = [
    ("secretariat@sample.edu.cn", "孙秘书（样例）", "秘书处 Secretariat"),
    ("secretariat2@sample.edu.cn", "赵秘书（样例）", "秘书处 Secretariat（复核人 second person）"),
    ("finance@sample.edu.cn", "王会计（样例）", "财务 Finance"),
    ("council1@sample.edu.cn", "陈理事（样例）", "理事 Council member"),
    ("council2@sample.edu.cn", "林理事（样例）", "理事 Council member"),
    ("council3@sample.edu.cn", "郑理事（样例）", "理事 Council member"),
    ("liaison@sample.edu.cn", "李联络（样例）", "成员单位联络人 Liaison"),
    ("applicant@sample.edu.cn", "张老师（样例）", "申请人 Applicant"),
]

# (official name, ministry's code or None, province, city, authority, ownership, 985, 211, double first-class, short names, joined, credit code)
INSTITUTIONS = [
    ("西交利物浦大学", "4132016403", "江苏省", "苏州市", "江苏省教育厅", "cooperative", 0, 0, 0, ["西浦", "XJTLU"], "2018-10-20"),
    ("燕山大学", "4113010216", "河北省", "秦皇岛市", "河北省", "public", 0, 0, 0, ["燕大"], "2018-10-20"),
    ("东北财经大学", "4121010173", "辽宁省", "大连市", "辽宁省", "public", 0, 0, 0, ["东财"], "2018-11-05"),
    ("河北民族师范学院", "4113010098", "河北省", "承德市", "河北省", "public", 0, 0, 0, [], "2019-03-12"),
    ("苏州大学", "4132010285", "江苏省", "苏州市", "江苏省", "public", 0, 1, 1, ["苏大", "Soochow"], None),
    ("南京大学", "4132010284", "江苏省", "南京市", "教育部", "public", 1, 1, 1, ["南大"], "2019-05-08"),
    ("南昌大学", "4136010403", "江西省", "南昌市", "江西省", "public", 0, 1, 1, ["南大", "昌大"], None),
    ("华中师范大学", "4142010511", "湖北省", "武汉市", "教育部", "public", 0, 1, 1, ["华师", "华中师大"], "2019-06-18"),
    ("华东师范大学", "4131010269", "上海市", "上海市", "教育部", "public", 1, 1, 1, ["华师", "华师大"], None),
    ("浙江万里学院", "4133010876", "浙江省", "宁波市", "浙江省", "public", 0, 0, 0, ["万里学院"], "2020-09-01"),
    ("福州大学", "4135010386", "福建省", "福州市", "福建省", "public", 0, 1, 1, ["福大"], "2020-10-16"),
    ("温州大学", "4133010351", "浙江省", "温州市", "浙江省", "public", 0, 0, 0, ["温大"], "2021-03-22"),
    ("扬州大学", "4132011117", "江苏省", "扬州市", "江苏省", "public", 0, 0, 0, ["扬大"], "2021-05-22"),
    ("常州工学院", "4132011055", "江苏省", "常州市", "江苏省", "public", 0, 0, 0, ["常工院"], None),
    ("西安欧亚学院", "4161012712", "陕西省", "西安市", "陕西省教育厅", "private", 0, 0, 0, ["欧亚学院"], "2022-07-01"),
]
